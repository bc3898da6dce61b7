import type { Environment } from '@rungate/config';
import { ManagementClient, routes } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import { CommandError, exitOf } from '../errors.js';
import { explain } from '../explain.js';
import { send } from '../http.js';
import { checkedUrl, DEFAULT_URL } from '../session.js';
import { loginFile, writeLogin } from '../stored-login.js';
import { readTokenInput } from './ask-secret.js';

/** `rungate login`: the token is never an argument, where others on the machine could read it. */
export async function logIn(env: Environment, option: string | undefined): Promise<void> {
  try {
    const url = checkedUrl(option ?? env.RUNGATE_URL ?? DEFAULT_URL);
    const token = await readTokenInput('Token: ');
    if (token === '') throw new CommandError('usage', 'No token was given. Nothing was kept.');
    await new ManagementClient({ url, token, send }).call(routes.getMe, { params: {} });
    const file = loginFile(env);
    writeLogin(file, { url, token });
    process.stdout.write(`${plain`Logged in at ${url}. The token is kept in ${file}, for you alone.`}\n`);
  } catch (error) {
    process.stderr.write(`rungate: ${explain(error)}\n`);
    process.exitCode = exitOf(error);
  }
}
