import type { SignInConnection, SignInStore } from '@rungate/run-task';

/** Where connections are, and whether those of the development provider count. */
export interface UsableFrom {
  readonly signIns: Pick<SignInStore, 'findConnection'>;
  readonly development: boolean;
}

/** A connection that may be used now; null: there is none. */
export async function usableConnection(
  { signIns, development }: UsableFrom,
  id: string,
): Promise<SignInConnection | null> {
  const found = await signIns.findConnection(id);
  return found?.status !== 'active' || (found.development && !development) ? null : found;
}
