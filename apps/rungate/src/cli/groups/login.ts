import type { Command } from 'commander';
import type { Environment } from '@rungate/config';
import { example } from './options.js';

/** `rungate login`. */
export function loginCommand(program: Command, env: Environment): void {
  const login = program
    .command('login')
    .description('keep the address of a platform and a token for later commands; the token is asked for, or piped in')
    .option('--url <url>', 'address of the platform; RUNGATE_URL when absent')
    .action(async ({ url }: { readonly url?: string }) => {
      const { logIn } = await import('../login/log-in.js');
      await logIn(env, url);
    });
  example(login, 'rungate login --url https://rungate.example.com < token.txt');
}
