import 'reflect-metadata';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ROLES, takeEnvironment, type Role } from '@rungate/config';
import { STAGES } from '@rungate/run-task';
import { adminCommands } from './admin/commands.js';
import type { CheckOptions } from './check/command.js';
import { managementCommands } from './cli/command-line.js';
import { completionCommand } from './cli/groups/completion.js';
import { version } from './version.js';

const env = takeEnvironment(process.env);

/** Exit status of `check` without a verdict. */
const NOTHING_JUDGED = 2;

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
  rungate serve --roles runner           checks for workers elsewhere, over RUNGATE_RUNNER_SOCKET
  rungate demo --once                    show run tasks passing and failing, then exit
  rungate check --plan plan.json --checks checks.json
                                         judge a plan here and now, without a server

The environment is described in docs/reference/environment.md.`,
  );

program
  .command('serve')
  .description('run the platform until Ctrl-C')
  .option(
    '--roles <list>',
    `which of ${ROLES.join(', ')} this process takes, separated by commas; or runner, alone`,
    parseRoles,
    ROLES,
  )
  .action(async ({ roles }: { readonly roles: readonly Role[] | 'runner' }) => {
    if (roles === 'runner') {
      const { runRunner } = await import('./serve/runner-role.js');
      await runRunner(env);
      return;
    }
    const { runServe } = await import('./serve/command.js');
    await runServe(env, roles);
  });

program
  .command('demo')
  .description('run the platform with a simulated Terraform that sends it real, signed run tasks')
  .option('--once', 'exit after the last verdict: 0 when all came as expected', false)
  .action(async ({ once }: { readonly once: boolean }) => {
    const { runDemo } = await import('./demo/command.js');
    await runDemo(env, once);
  });

program
  .command('check')
  .description('judge a plan in a file as a run task would: no server, no database, no network')
  .requiredOption('--plan <file>', 'output of terraform show -json; - is standard input')
  .requiredOption('--checks <file>', 'the checks of a run task, as JSON')
  .addOption(new Option('--stage <stage>', 'stage of the run').choices(STAGES).default('post_plan'))
  .option('--json', 'print JSON; its last line is {"verdict": …, "checks": […]}', false)
  .option('--organization <name>', 'name of the organization, for checks that look at it', 'local')
  .option('--workspace <name>', 'name of the workspace; unknown when absent')
  .option('--project <name>', 'name of the project; unknown when absent')
  .option('--branch <name>', 'branch that the run is of')
  .option('--speculative', 'the run cannot be applied, as that of a pull request', false)
  .addHelpText(
    'after',
    `
Exit status: 0 passed, 1 failed, 2 nothing could be judged.

Example:
  terraform plan -out plan.bin && terraform show -json plan.bin > plan.json
  echo '[{ "name": "guard", "use": "destructive-guard", "stages": ["post_plan"], "enforcement": "mandatory" }]' > checks.json
  rungate check --plan plan.json --checks checks.json

The guide is docs/guides/check.md.`,
  )
  // A wrong option must not look like a failed verdict.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : NOTHING_JUDGED))
  .action(async (options: CheckOptions) => {
    const { runCheck } = await import('./check/command.js');
    process.exitCode = await runCheck(options).catch((error: unknown) => {
      process.stderr.write(`rungate check: ${error instanceof Error ? error.message : String(error)}\n`);
      return NOTHING_JUDGED;
    });
  });

adminCommands(program, env);
managementCommands(program, process.env);

completionCommand(program, process.argv.slice(2))
  .then(() => program.parseAsync())
  .catch((error: unknown) => {
    process.stderr.write(`rungate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });

/** A runner holds no secret, so it shares its process with no other role. */
function parseRoles(list: string): readonly Role[] | 'runner' {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('runner')) {
    if (names.length === 1) return 'runner';
    throw new InvalidArgumentError('The role runner runs alone: it holds no secret, and the other roles do.');
  }
  const roles = ROLES.filter((role) => names.includes(role));
  const unknown = names.filter((name) => !roles.some((role) => role === name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`There is no role ${unknown.join(', ')}. Choose from ${ROLES.join(', ')}.`);
  }
  return roles;
}
