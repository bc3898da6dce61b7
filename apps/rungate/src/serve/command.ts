import type { Environment, Role } from '@rungate/config';
import { untilStopped } from './signals.js';
import { startPlatform } from './platform.js';

/** `rungate serve`: ready line on stdout, log on stderr, orderly stop on SIGTERM and Ctrl-C. */
export async function runServe(env: Environment, roles: readonly Role[]): Promise<void> {
  const stop = untilStopped();
  const platform = await startPlatform({ env, roles, development: 'embedded' });
  process.stdout.write(`Rungate is ready at ${platform.url}\n`);
  await stop;
  await platform.close();
}
