import { routes, type ConnectedBody } from '@rungate/contract';
import { plain, plainText, type Stage } from '@rungate/run-task';
import { show, type Context } from '../act.js';
import { CommandError, EXIT } from '../errors.js';
import { readTokenInput } from '../login/ask-secret.js';
import { nameOfRunTask } from '../run-tasks/name.js';
import type { Named } from './verify.js';

/** How the run task is made in its Terraform. */
export interface ConnectOptions {
  readonly terraformOrganization: string;
  /** All when absent. */
  readonly workspace?: readonly string[];
  readonly stage?: readonly Stage[];
  readonly enforcement?: 'advisory' | 'mandatory';
  readonly adopt: boolean;
  readonly resendKey: boolean;
  readonly dryRun: boolean;
}

/** `rungate run-task connect`: the token is never an argument, where others on the machine could read it. */
export async function connectRunTask(context: Context, { org, name }: Named, options: ConnectOptions): Promise<number> {
  const params = { org, name: await nameOfRunTask(context.client, org, name) };
  const { terraformOrganization, workspace, stage, enforcement, adopt, resendKey, dryRun } = options;
  const token = await readTokenInput('Token of the Terraform: ');
  if (token === '') throw new CommandError('usage', 'No token of the Terraform was given. Nothing was done.');
  const { body } = await context.client.call(routes.connectRunTask, {
    params,
    body: {
      token,
      terraformOrganization,
      ...(workspace === undefined ? {} : { scope: { workspaces: workspace } }),
      ...(stage === undefined ? {} : { stages: stage }),
      ...(enforcement === undefined ? {} : { enforcement }),
      adopt,
      resendKey,
      dryRun,
    },
  });
  show(context, body, textOf);
  return body.changes.some(({ change }) => change === 'failed') ? EXIT.failed : EXIT.done;
}

function textOf({ organization, name, dryRun, changes, state }: ConnectedBody): string {
  const lines = changes.flatMap((each) => [
    plain`${dryRun ? 'would be ' : ''}${each.change}: ${each.target} ${each.name}${each.problem === null ? '' : `: ${each.problem}`}`,
    ...each.fields.map(({ field, before, after }) =>
      plainText(`  ${field}: ${JSON.stringify(before ?? null)} → ${JSON.stringify(after ?? null)}`, 300),
    ),
  ]);
  return `${[...lines, plain`${organization}/${name} is ${state}.`].join('\n')}\n`;
}
