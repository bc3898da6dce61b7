import { routes, type ResentBody } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import { show, type Context } from '../act.js';

/** `rungate task-results resend`. */
export async function resendTaskResult(context: Context, id: string): Promise<undefined> {
  const { body } = await context.client.call(routes.resendTaskResult, { params: { id } });
  show(context, body, resentText);
}

function resentText({ changed, deadline }: ResentBody): string {
  return changed
    ? `${plain`The verdict is sent now, and again if need be until ${deadline}.`}\n`
    : `${plain`The verdict is being sent already, and again if need be until ${deadline}.`}\n`;
}
