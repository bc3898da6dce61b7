import { text } from 'node:stream/consumers';
import type { Environment } from '@rungate/config';
import { ManagementClient, routes } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import { CommandError, exitOf } from '../errors.js';
import { explain } from '../explain.js';
import { send } from '../http.js';
import { checkedUrl, DEFAULT_URL } from '../session.js';
import { loginFile, writeLogin } from '../stored-login.js';
import { askSecret } from './ask-secret.js';

/** `rungate login`: the token is never an argument, where others on the machine could read it. */
export async function logIn(env: Environment, option: string | undefined): Promise<void> {
  try {
    const url = checkedUrl(option ?? env.RUNGATE_URL ?? DEFAULT_URL);
    const token = await readToken();
    if (token === '') throw new CommandError('usage', 'No token was given. Nothing was kept.');
    await new ManagementClient({ url, token, send }).call(routes.listChecks, { params: {} });
    const file = loginFile(env);
    writeLogin(file, { url, token });
    process.stdout.write(`${plain`Logged in at ${url}. The token is kept in ${file}, for you alone.`}\n`);
  } catch (error) {
    process.stderr.write(`rungate: ${explain(error)}\n`);
    process.exitCode = exitOf(error);
  }
}

async function readToken(): Promise<string> {
  if (process.stdin.isTTY) return (await askSecret('Token: ')).trim();
  return (await text(process.stdin)).trim();
}
