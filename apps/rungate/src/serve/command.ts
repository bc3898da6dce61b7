import type { Environment, Role } from '@rungate/config';
import { announce } from './announce.js';
import { listenForStop } from './signals.js';
import { startPlatform } from './platform.js';

/** `rungate serve`: ready line on stdout, log on stderr, orderly stop on SIGTERM and Ctrl-C, without a wait on the second. */
export async function runServe(env: Environment, roles: readonly Role[]): Promise<void> {
  const { asked, hurry } = listenForStop();
  const platform = await startPlatform({ env, roles, development: 'embedded', hurry });
  await announce(process.stdout, platform);
  const ending = await Promise.race([asked.then(() => 'asked'), platform.broken.then(() => 'broken')]);
  if (ending === 'broken') process.exitCode = 1;
  await platform.close();
}
