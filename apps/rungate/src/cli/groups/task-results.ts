import { Option, type Command } from 'commander';
import type { Environment } from '@rungate/config';
import { STAGES, TASK_RESULT_STATES } from '@rungate/run-task';
import { act } from '../act.js';
import type { TaskResultFilter } from '../task-results/read.js';
import { example, jsonOption, wholeNumber } from './options.js';

interface Json {
  readonly json: boolean;
}

/** What the fields of the query are called on the command line. */
const OPTIONS = {
  '/query/organization': '--organization',
  '/query/runTask': '--run-task',
  '/query/runId': '--run-id',
  '/query/taskResultId': '--task-result-id',
  '/query/workspace': '--workspace',
  '/query/since': '--since',
  '/query/until': '--until',
  '/path/id': 'id',
};

/** `rungate task-results …`. */
export function taskResultCommands(taskResults: Command, env: Environment): void {
  const list = taskResults
    .command('list')
    .description('list task results, newest first')
    .option('--organization <slug>', 'only those of this organization')
    .option('--run-task <name>', 'only those of run tasks of this name')
    .option('--run-id <id>', "Terraform's id of the run")
    .option('--task-result-id <id>', "Terraform's id of the task result")
    .option('--workspace <name>', 'name of the workspace')
    .addOption(new Option('--state <state>', 'where it is').choices(TASK_RESULT_STATES))
    .addOption(new Option('--verdict <verdict>', 'how it ended').choices(['passed', 'failed']))
    .addOption(new Option('--stage <stage>', 'stage of the run').choices(STAGES))
    .option('--since <moment>', 'received then or later: a date, or an RFC 3339 date-time')
    .option('--until <moment>', 'received before then')
    .option('--most <number>', 'how many at most', wholeNumber(1, 1_000_000), 50)
    .addOption(jsonOption())
    .action(async ({ json, ...filter }: TaskResultFilter & Json) => {
      const { listTaskResults } = await import('../task-results/read.js');
      await act({ env, json, options: OPTIONS }, (context) => listTaskResults(context, filter));
    });
  example(list, 'rungate task-results list --organization acme --verdict failed --since 2026-11-01');
  const show = taskResults
    .command('show <id>')
    .description('show a task result with its checks, deliveries and timeline')
    .addOption(jsonOption())
    .action(async (id: string, { json }: Json) => {
      const { showTaskResult } = await import('../task-results/read.js');
      await act({ env, json, options: OPTIONS }, (context) => showTaskResult(context, id));
    });
  example(show, 'rungate task-results show 01943c5f-02b4-7d11-8a6e-91c3d5e7f204');
  const resend = taskResults
    .command('resend <id>')
    .description('send a verdict again while its Terraform still waits for it')
    .addOption(jsonOption())
    .action(async (id: string, { json }: Json) => {
      const { resendTaskResult } = await import('../task-results/resend.js');
      await act({ env, json, options: OPTIONS }, (context) => resendTaskResult(context, id));
    });
  example(resend, 'rungate task-results resend 01943c5f-02b4-7d11-8a6e-91c3d5e7f204');
}
