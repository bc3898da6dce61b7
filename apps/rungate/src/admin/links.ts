import { createHash, randomBytes } from 'node:crypto';
import { readAdminConfig, type Environment } from '@rungate/config';
import { openPostgres, PostgresError } from '@rungate/postgres';
import type { NewLink } from '@rungate/run-task';
import { StartError } from '../serve/start-error.js';
import { findAdminDatabase } from './database.js';
import { AdminError } from './errors.js';

/** Bytes of chance in a link. */
const SECRET_BYTES = 32;
const SETUP_SECONDS = 30 * 60;

/** What a break-glass link is asked to be. */
export interface LoginLinkOptions {
  readonly role: string;
  readonly minutes: number;
  readonly reason: string;
}

/** `rungate admin setup-url`: the way in of an installation's first owner, on stdout. @returns the exit status */
export async function setupUrl(env: Environment): Promise<number> {
  const link = { purpose: 'first-owner', role: 'owner', reason: null, seconds: SETUP_SECONDS } as const;
  return printLink(
    env,
    link,
    'Open it within 30 minutes; it works once, and no longer once an owner signed in through a provider:',
  );
}

/** `rungate admin login-link`: the way in when no provider works, on stdout. @returns the exit status */
export async function loginLink(env: Environment, { role, minutes, reason }: LoginLinkOptions): Promise<number> {
  const link = { purpose: 'break-glass', role, reason, seconds: minutes * 60 } as const;
  return printLink(env, link, `Open it within ${minutes} minutes; it works once, and its use is logged and audited:`);
}

type LinkOptions = Pick<NewLink, 'purpose' | 'role' | 'reason' | 'seconds'>;

async function printLink(env: Environment, link: LinkOptions, says: string): Promise<number> {
  const { publicUrl } = readAdminConfig(env);
  const url = await makeLink(env, link, publicUrl);
  process.stderr.write(`${says}\n`);
  process.stdout.write(`${url}\n`);
  return 0;
}

async function makeLink(env: Environment, link: LinkOptions, publicUrl: string): Promise<string> {
  const database = findAdminDatabase(env);
  const postgres = await openPostgres({ ...database, purposes: [] }).catch((error: unknown) => {
    throw error instanceof PostgresError ? error : StartError.whenConnecting(database.url, error);
  });
  try {
    if (link.purpose === 'first-owner' && (await postgres.connections.hasOwner())) {
      const remedy = 'Sign in through your provider; if it does not work, use rungate admin login-link.';
      throw new AdminError('has_owner', `An owner has signed in already. ${remedy}`);
    }
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const by = { kind: 'system', id: null, name: 'rungate admin', role: 'system', address: null } as const;
    await postgres.connections.makeLink({ ...link, hash: createHash('sha256').update(secret).digest(), by });
    // After the #, where it reaches no server, no log and no Referer until somebody clicks.
    return `${publicUrl}/setup#${secret}`;
  } finally {
    await postgres.close();
  }
}
