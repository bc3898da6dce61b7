import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from '@rungate/config';
import { z } from 'zod';
import { CommandError } from './errors.js';

const storedLogin = z.object({ url: z.url(), token: z.string().min(1) });

/** Where the platform is and who asks. */
export type Login = z.infer<typeof storedLogin>;

/** The file of `rungate login`, in the user's directory for configuration. */
export function loginFile({ XDG_CONFIG_HOME = '' }: Environment): string {
  return path.join(XDG_CONFIG_HOME === '' ? path.join(homedir(), '.config') : XDG_CONFIG_HOME, 'rungate', 'login.json');
}

/** What `rungate login` kept; null when there is none. @throws CommandError for a file that others wrote. */
export function readLogin(file: string): Login | null {
  const text = readIfThere(file);
  if (text === null) return null;
  const reading = storedLogin.safeParse(jsonOf(text));
  if (reading.success) return reading.data;
  throw new CommandError('usage', `${file} is not what rungate login writes. Run rungate login again.`);
}

/** Keeps a login for the user alone: at no moment can others read it. */
export function writeLogin(file: string, login: Login): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const next = path.join(folder, `.login-${process.pid}.json`);
  rmSync(next, { force: true });
  writeFileSync(next, `${JSON.stringify(login)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(next, 0o600);
  renameSync(next, file);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new CommandError('usage', `Cannot read ${file}.`, { cause });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
