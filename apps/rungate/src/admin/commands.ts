import type { Command } from 'commander';
import type { Environment } from '@rungate/config';

/** Exit status of `audit-verify` without an answer: no answer must not look like a broken trail. */
const NOTHING_VERIFIED = 2;

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
  admin
    .command('audit-verify')
    .description('verify the audit trails: name what was changed, deleted, reordered, cut off or made anew')
    .option('--organization <slug>', 'the trail of one organization alone')
    .option('--heads <file>', 'file of RUNGATE_AUDIT_HEADS_FILE, or a log with heads; may be given again', collect, [])
    .option('--json', 'print the result as one JSON document', false)
    .addHelpText(
      'after',
      `
Reads the database as the server's operators do, changes nothing, and may run at any time. A trail is verified with the keys
of RUNGATE_ENCRYPTION_KEY: after a rotation, list the older keys as well.

Exit status: 0 sound, 1 something is broken, which it names, 2 nothing could be verified.

The guide is docs/guides/audit.md.`,
    )
    .action(
      async (options: {
        readonly organization?: string;
        readonly heads: readonly string[];
        readonly json: boolean;
      }) => {
        const { auditVerify } = await import('./audit-verify.js');
        process.exitCode = await auditVerify(env, options).catch((error: unknown) => {
          process.stderr.write(
            `rungate admin audit-verify: ${error instanceof Error ? error.message : String(error)}\n`,
          );
          return NOTHING_VERIFIED;
        });
      },
    );
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
