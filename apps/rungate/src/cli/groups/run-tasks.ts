import { Option, type Command } from 'commander';
import type { Environment } from '@rungate/config';
import { act } from '../act.js';
import type { RunTaskOptions } from '../run-tasks/set.js';
import { dryRunOption, each, example, jsonOption } from './options.js';

interface Json {
  readonly json: boolean;
}

/** What the fields of a run task are called on the command line. */
const OPTIONS = {
  '/path/org': 'organization',
  '/path/name': 'run task',
  '/terraformOrigin': '--terraform-origin',
  '/downloadOrigins': '--download-origin',
  '/deadlineProfile': '--deadline-profile',
  '/onTimeout': '--on-timeout',
  '/hmacKey': '--hmac-key-file',
  '/checks': '--checks',
  '/query/reason': '--reason',
};

/** `rungate run-tasks …`. */
export function runTaskCommands(runTasks: Command, env: Environment): void {
  const set = runTasks
    .command('set <organization> <run-task>')
    .description('create a run task, or change what the options name; prints the key of a new one, once')
    .option(
      '--terraform-origin <origin>',
      'whose run tasks these are, as https://app.terraform.io; required for a new one',
    )
    .option('--download-origin <origin>', 'where plans may be downloaded from; several replace those that it has', each)
    .addOption(
      new Option('--deadline-profile <profile>', 'how its Terraform counts deadlines').choices(['rolling', 'fixed']),
    )
    .addOption(new Option('--on-timeout <verdict>', 'the verdict when time runs out').choices(['failed', 'passed']))
    .option('--checks <file>', 'its checks, as a JSON list; - is standard input')
    .option('--hmac-key-file <file>', 'a key to use in place of a generated one; - is standard input')
    .option('--reason <text>', 'why a mandatory check is weakened, for the audit trail')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (org: string, name: string, options: RunTaskOptions & Json) => {
      const { setRunTask } = await import('../run-tasks/set.js');
      await act({ env, json: options.json, options: OPTIONS }, (context) =>
        setRunTask(context, { org, name }, options),
      );
    });
  example(set, 'rungate run-tasks set acme guard --terraform-origin https://app.terraform.io --checks checks.json');
  const list = runTasks
    .command('list <organization>')
    .description('list the run tasks of an organization')
    .addOption(jsonOption())
    .action(async (org: string, { json }: Json) => {
      const { listRunTasks } = await import('../run-tasks/read.js');
      await act({ env, json, options: OPTIONS }, (context) => listRunTasks(context, org));
    });
  example(list, 'rungate run-tasks list acme');
  const show = runTasks
    .command('show <organization> [run-task]')
    .description('show a run task; the name may be left out when there is one')
    .addOption(jsonOption())
    .action(async (org: string, name: string | undefined, { json }: Json) => {
      const { showRunTask } = await import('../run-tasks/read.js');
      await act({ env, json, options: OPTIONS }, (context) => showRunTask(context, org, name));
    });
  example(show, 'rungate run-tasks show acme guard');
}
