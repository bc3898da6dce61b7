import { readFileSync } from 'node:fs';
import type { Environment } from '@rungate/config';
import { ManagementClient } from '@rungate/contract';
import { CommandError } from './errors.js';
import { send } from './http.js';
import { loginFile, readLogin, type Login } from './stored-login.js';

/** Where a platform listens that nobody configured. */
export const DEFAULT_URL = 'http://127.0.0.1:3000';

/** The management API as the environment or `rungate login` says. @throws CommandError `no_login` */
export function openClient(env: Environment): ManagementClient {
  return new ManagementClient({ ...findLogin(env), send });
}

/** `RUNGATE_URL` and `RUNGATE_TOKEN`, or what `rungate login` kept; a token is only ever sent where it belongs. */
function findLogin(env: Environment): Login {
  const token = tokenOf(env);
  if (token !== '') return { url: checkedUrl(valueOf(env, 'RUNGATE_URL') || DEFAULT_URL), token };
  const stored = readLogin(loginFile(env));
  const url = valueOf(env, 'RUNGATE_URL');
  if (stored !== null && (url === '' || sameUrl(url, stored.url))) return stored;
  throw new CommandError(
    'no_login',
    `${stored === null ? 'No token.' : `rungate login was for ${stored.url}, and RUNGATE_URL is another one.`} Set RUNGATE_URL and RUNGATE_TOKEN, or run rungate login.
  An installation with embedded Postgres keeps its first token in <RUNGATE_DATA_DIR>/bootstrap-token.`,
  );
}

/** @throws CommandError `usage` for what is no address of a platform. */
export function checkedUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === '')
    return url;
  throw new CommandError('usage', 'RUNGATE_URL must be an address such as https://rungate.example.com.');
}

function sameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && new URL(one).href === new URL(other).href;
}

function tokenOf(env: Environment): string {
  const file = valueOf(env, 'RUNGATE_TOKEN_FILE');
  if (file === '') return valueOf(env, 'RUNGATE_TOKEN');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new CommandError('usage', 'RUNGATE_TOKEN_FILE names a file that cannot be read.', { cause });
  }
}

function valueOf(env: Environment, name: string): string {
  return (env[name] ?? '').trim();
}
