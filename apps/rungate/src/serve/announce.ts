import type { Platform } from './platform.js';

/** Where a process says that it is ready. */
export interface Announced {
  /** Whether a person looks at it: what is sent elsewhere is kept by somebody. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The ready line; to a terminal also the way in of the first owner, who is not there yet. */
export async function announce(out: Announced, platform: Pick<Platform, 'url' | 'setupUrl'>): Promise<void> {
  out.write(`Rungate is ready at ${platform.url}\n`);
  if (out.isTTY !== true) return;
  const url = await platform.setupUrl();
  if (url !== null) out.write(`Open ${url} to sign in as the first owner (works once, for 30 minutes)\n`);
}
