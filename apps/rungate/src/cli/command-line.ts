import type { Command } from 'commander';
import type { Environment } from '@rungate/config';
import { EXIT } from './errors.js';
import { loginCommand } from './groups/login.js';
import { manyOrganizationsCommands } from './groups/many-organizations.js';
import { organizationCommands } from './groups/organizations.js';
import { oneRunTaskCommands } from './groups/run-task.js';
import { runTaskCommands } from './groups/run-tasks.js';
import { taskResultCommands } from './groups/task-results.js';
import { tokenCommands } from './groups/tokens.js';

const STATUSES = `
Exit status: 0 done, 1 refused or failed, 2 not understood.
RUNGATE_URL and RUNGATE_TOKEN, or rungate login, say where the platform is and who asks.
The guide is docs/guides/command-line.md.`;

/** Adds the commands that use the management API. */
export function managementCommands(program: Command, env: Environment): void {
  const organizations = group(program, 'organizations', 'manage organizations');
  organizationCommands(organizations, env);
  manyOrganizationsCommands(organizations, env);
  runTaskCommands(group(program, 'run-tasks', 'manage the run tasks of organizations'), env);
  oneRunTaskCommands(
    group(program, 'run-task', 'set up, connect, verify and test one run task, and rotate its key'),
    env,
  );
  taskResultCommands(group(program, 'task-results', 'look at task results'), env);
  tokenCommands(group(program, 'tokens', 'manage API tokens'), env);
  loginCommand(program, env);
}

/** A command that was not understood must not look like one that the platform refused. */
function group(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addHelpText('after', STATUSES)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage));
}
