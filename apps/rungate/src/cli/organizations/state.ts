import { routes } from '@rungate/contract';
import { plainText } from '@rungate/run-task';
import { show, type Context } from '../act.js';
import { CommandError } from '../errors.js';
import { organizationFields } from './read.js';

/** `rungate organizations suspend`. */
export async function suspendOrganization(context: Context, org: string): Promise<undefined> {
  const { body } = await context.client.call(routes.suspendOrganization, { params: { org } });
  show(context, body, organizationFields);
}

/** `rungate organizations resume`. */
export async function resumeOrganization(context: Context, org: string): Promise<undefined> {
  const { body } = await context.client.call(routes.resumeOrganization, { params: { org } });
  show(context, body, organizationFields);
}

/** `rungate organizations pause-intake`. */
export async function pauseIntake(context: Context, org: string, reason: string): Promise<undefined> {
  const { body } = await context.client.call(routes.pauseIntake, { params: { org }, body: { reason } });
  show(context, body, organizationFields);
}

/** `rungate organizations resume-intake`. */
export async function resumeIntake(context: Context, org: string): Promise<undefined> {
  const { body } = await context.client.call(routes.resumeIntake, { params: { org } });
  show(context, body, organizationFields);
}

/** `rungate organizations delete`: what is purged cannot come back, so its name is asked for twice. */
export async function deleteOrganization(context: Context, org: string, confirmed: string): Promise<undefined> {
  if (confirmed !== org) {
    throw new CommandError(
      'usage',
      `--confirm must be ${plainText(org, 100)}, the organization to delete. Nothing was done.`,
    );
  }
  const { body } = await context.client.call(routes.deleteOrganization, { params: { org } });
  show(context, body, organizationFields);
}
