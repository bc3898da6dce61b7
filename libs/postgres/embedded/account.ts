import { readFileSync } from 'node:fs';
import { PostgresError } from '../src/errors.js';

/** An account of the system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** In order of preference; the second is macOS's. */
const NAMES = ['postgres', '_postgres', 'nobody'];

/** The account that runs Postgres when we are root, which Postgres refuses to be. */
export function unprivilegedAccount(): Account {
  const entries = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  const account = NAMES.map((name) => entries.get(name)).find((entry) => entry !== undefined && entry.uid > 0);
  if (account !== undefined) return account;
  throw new PostgresError(
    'start_failed',
    'Postgres does not run as root, and there is no account "postgres" or "nobody". Run Rungate as an ordinary user.',
  );
}
