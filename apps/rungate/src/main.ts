import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import { ROLES, type Role } from '@rungate/config';
import { version } from './version.js';

// Each command loads what it needs when it is chosen: `--help` and a start should not wait for the others.
const program = new Command('rungate')
  .description('Answers Terraform run tasks for many organizations.')
  .version(version())
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Examples:
  rungate serve                          everything in one process, with embedded Postgres
  rungate serve --roles ingress,api      part of a larger installation; needs DATABASE_URL
  rungate demo --once                    show run tasks passing and failing, then exit

The environment is described in docs/reference/environment.md.`,
  );

program
  .command('serve')
  .description('run the platform until Ctrl-C')
  .option('--roles <list>', `which of ${ROLES.join(', ')} this process takes, separated by commas`, parseRoles, ROLES)
  .action(async ({ roles }: { readonly roles: readonly Role[] }) => {
    const { runServe } = await import('./serve/command.js');
    await runServe(process.env, roles);
  });

program
  .command('demo')
  .description('run the platform with a simulated Terraform that sends it real, signed run tasks')
  .option('--once', 'exit after the last verdict: 0 when all came as expected', false)
  .action(async ({ once }: { readonly once: boolean }) => {
    const { runDemo } = await import('./demo/command.js');
    await runDemo(process.env, once);
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`rungate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

function parseRoles(list: string): readonly Role[] {
  const names = list.split(',').map((name) => name.trim());
  const roles = ROLES.filter((role) => names.includes(role));
  const unknown = names.filter((name) => !roles.some((role) => role === name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`There is no role ${unknown.join(', ')}. Choose from ${ROLES.join(', ')}.`);
  }
  return roles;
}
