import { PLATFORM_ROLES } from '@rungate/access';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Environment } from '@rungate/config';
import type { LoginLinkOptions } from './links.js';

/** Exit status of `audit-verify` without an answer: no answer must not look like a broken trail. */
const NOTHING_VERIFIED = 2;

const SIGN_IN_GUIDE = '\nThe guide is docs/guides/sign-in.md.';

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
    .command('setup-url')
    .description('print the address where the first owner signs in: it works once, within 30 minutes')
    .addHelpText('after', SIGN_IN_GUIDE)
    .action(async () => {
      const { setupUrl } = await import('./links.js');
      process.exitCode = await setupUrl(env);
    });
  admin
    .command('login-link')
    .description('print an address that signs in past every identity provider, for when none works: it works once')
    .addOption(new Option('--role <role>', 'role of whoever uses it').choices(PLATFORM_ROLES).default('owner'))
    .option('--minutes <minutes>', 'how long it works, 1 to 60', minutesOf, 10)
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .addHelpText('after', SIGN_IN_GUIDE)
    .action(async (options: LoginLinkOptions) => {
      const { loginLink } = await import('./links.js');
      process.exitCode = await loginLink(env, options);
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

function minutesOf(written: string): number {
  const minutes = Number(written);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 60) return minutes;
  throw new InvalidArgumentError('Give a whole number from 1 to 60.');
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
