import type { SignInConnection, SignInStore } from '@rungate/run-task';

/** Where connections are, and whether those of the development provider count. */
export interface UsableFrom {
  readonly signIns: Pick<SignInStore, 'findConnection'>;
  readonly development: boolean;
}

/** A connection that people may sign in through now; null: there is none. */
export async function usableConnection(from: UsableFrom, id: string): Promise<SignInConnection | null> {
  const found = await triableConnection(from, id);
  return found?.status === 'active' ? found : null;
}

/** A connection that may be tried, whatever its state; null: there is none. */
export async function triableConnection(
  { signIns, development }: UsableFrom,
  id: string,
): Promise<SignInConnection | null> {
  const found = await signIns.findConnection(id);
  return found === null || (found.development && !development) ? null : found;
}
