import type { Command } from 'commander';
import type { Environment } from '@rungate/config';

/** `rungate admin …`: commands that work on the database itself, beside the server. */
export function adminCommands(program: Command, env: Environment): void {
  const admin = program
    .command('admin')
    .description('work on the installation itself: with the environment of the server, on its database');
  admin
    .command('rotate-encryption-key')
    .description('put everything that is sealed under the newest encryption key, while the platform serves')
    .option('--dry-run', 'count what would be done, and change nothing', false)
    .option('--json', 'print the result as one JSON document', false)
    .addHelpText(
      'after',
      `
Before: add the new key (openssl rand -base64 32) at the end of RUNGATE_ENCRYPTION_KEY of every process and restart them
one by one; then move it to the front everywhere, and restart them again. With embedded Postgres the keys are in the file
encryption-key of the data directory, separated by commas.
After: take the older keys away where this command says that they are no longer needed. It may be stopped and run again.

Exit status: 0 done, 1 something is left to do, which it names.

The guide is docs/guides/keys.md.`,
    )
    .action(async (options: { readonly dryRun: boolean; readonly json: boolean }) => {
      const { rotateEncryptionKey } = await import('./rotate-encryption-key.js');
      process.exitCode = await rotateEncryptionKey(env, options);
    });
}
