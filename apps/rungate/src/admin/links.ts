import { readAdminConfig, type Environment } from '@rungate/config';
import { openPostgres, PostgresError } from '@rungate/postgres';
import { firstOwnerLink, makeLink, type LinkPlace } from '../first-owner-link.js';
import { StartError } from '../serve/start-error.js';
import { findAdminDatabase } from './database.js';
import { AdminError } from './errors.js';

/** Who makes them, as the audit trail says. */
const BY = 'rungate admin';

/** What a break-glass link is asked to be. */
export interface LoginLinkOptions {
  readonly role: string;
  readonly minutes: number;
  readonly reason: string;
}

/** `rungate admin setup-url`: the way in of an installation's first owner, on stdout. @returns the exit status */
export async function setupUrl(env: Environment): Promise<number> {
  const says = 'Open it within 30 minutes; it works once, and no longer once an owner signed in through a provider:';
  return printLink(env, says, async (place) => {
    const url = await firstOwnerLink(place, BY);
    if (url !== null) return url;
    const remedy = 'Sign in through your provider; if it does not work, use rungate admin login-link.';
    throw new AdminError('has_owner', `An owner has signed in already. ${remedy}`);
  });
}

/** `rungate admin login-link`: the way in when no provider works, on stdout. @returns the exit status */
export async function loginLink(env: Environment, { role, minutes, reason }: LoginLinkOptions): Promise<number> {
  const link = { purpose: 'break-glass', role, reason, seconds: minutes * 60 } as const;
  const says = `Open it within ${minutes} minutes; it works once, and its use is logged and audited:`;
  return printLink(env, says, (place) => makeLink(place, link, BY));
}

async function printLink(env: Environment, says: string, make: (place: LinkPlace) => Promise<string>): Promise<number> {
  const { publicUrl } = readAdminConfig(env);
  const database = findAdminDatabase(env);
  const postgres = await openPostgres({ ...database, purposes: [] }).catch((error: unknown) => {
    throw error instanceof PostgresError ? error : StartError.whenConnecting(database.url, error);
  });
  try {
    const url = await make({ connections: postgres.connections, publicUrl });
    process.stderr.write(`${says}\n`);
    process.stdout.write(`${url}\n`);
    return 0;
  } finally {
    await postgres.close();
  }
}
