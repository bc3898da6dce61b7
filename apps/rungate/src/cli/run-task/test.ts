import { routes, type RehearsalFacts, type RehearsedBody } from '@rungate/contract';
import { plain, plainText } from '@rungate/run-task';
import { z } from 'zod';
import { show, type Context } from '../act.js';
import { CommandError, EXIT } from '../errors.js';
import { readJsonInput } from '../input.js';
import { nameOfRunTask } from '../run-tasks/name.js';
import { table } from '../table.js';
import type { Named } from './verify.js';

/** Which plan is judged, and as what run. */
export interface TestOptions extends Partial<Omit<RehearsalFacts, 'speculative'>> {
  /** A file, or `-`. */
  readonly plan?: string;
  readonly speculative: boolean;
}

const plan = z.record(z.string(), z.unknown());

/** `rungate run-task test`: what would be called back for a plan. Exit status 0 passed, 1 failed. */
export async function testRunTask(context: Context, { org, name }: Named, options: TestOptions): Promise<number> {
  const { plan: file, ...facts } = options;
  if ((file === undefined) === (facts.sample === undefined)) {
    throw new CommandError('usage', 'Name a plan with --plan, or one of ours with --sample.');
  }
  const given = file === undefined ? {} : { plan: await readPlan(file) };
  const params = { org, name: await nameOfRunTask(context.client, org, name) };
  const { body } = await context.client.call(routes.testRunTask, { params, body: { ...facts, ...given } });
  show(context, body, textOf);
  return body.verdict === 'passed' ? EXIT.done : EXIT.failed;
}

async function readPlan(file: string): Promise<z.infer<typeof plan>> {
  const reading = plan.safeParse(await readJsonInput(file, '--plan'));
  if (reading.success) return reading.data;
  throw new CommandError('usage', `--plan: ${plainText(file, 200)} is not what terraform show -json prints.`);
}

function textOf({ verdict, message, consequence, outcomes, checks }: RehearsedBody): string {
  return [
    table(
      ['CHECK', 'STATUS', 'ENFORCEMENT', 'MESSAGE'],
      checks.map((check) => [check.name, check.status, check.enforcement, check.message]),
    ),
    table(
      ['OUTCOME', 'DESCRIPTION'],
      outcomes.map(({ id, description }) => [id, description]),
    ),
    `${plain`${verdict}: ${message}`}\n${plainText(consequence)}\nNothing was sent.\n`,
  ].join('\n');
}
