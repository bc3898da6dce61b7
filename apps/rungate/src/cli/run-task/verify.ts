import { setTimeout as sleep } from 'node:timers/promises';
import { routes, type RunTaskBody } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import { show, type Context } from '../act.js';
import { EXIT } from '../errors.js';
import { nameOfRunTask } from '../run-tasks/name.js';

/** Exit statuses of `run-task verify` besides 0. */
const VERIFY_EXIT = { nothingArrived: 3, badSignature: 4 } as const;
const LOOK_EVERY_MS = 1_000;

/** A run task as it is named on the command line. */
export interface Named {
  readonly org: string;
  readonly name: string | undefined;
}

/** `rungate run-task verify`: looks, for so long, until a request with a good signature or a bad one has arrived. */
export async function verifyRunTask(context: Context, { org, name }: Named, waitMs: number): Promise<number> {
  const params = { org, name: await nameOfRunTask(context.client, org, name) };
  const since = new Date();
  const end = performance.now() + waitMs;
  for (;;) {
    const { body } = await context.client.call(routes.getRunTask, { params });
    const isOver = performance.now() >= end;
    const bad = isVerified(body) ? null : await badSignature(context, params, isOver ? null : since);
    if (isVerified(body) || bad !== null || isOver) return conclude(context, body, bad);
    await sleep(Math.min(LOOK_EVERY_MS, Math.max(0, end - performance.now())));
  }
}

function isVerified({ state }: RunTaskBody): boolean {
  return state === 'verified' || state === 'active';
}

/** Why the newest request was refused for its signature; `since`: only of that minute or later. */
async function badSignature(
  { client }: Context,
  params: { readonly org: string; readonly name: string },
  since: Date | null,
): Promise<string | null> {
  const { body } = await client.call(routes.listRefusals, { params, query: { limit: 20 } });
  const earliest = since === null ? 0 : since.getTime() - 60_000;
  const found = body.items.find(({ reason, minute }) => reason === 'bad_signature' && Date.parse(minute) > earliest);
  return found?.detail ?? null;
}

function conclude(context: Context, { state, organization, name }: RunTaskBody, bad: string | null): number {
  const isGood = state === 'verified' || state === 'active';
  const result = isGood ? 'verified' : bad === null ? 'nothing_arrived' : 'bad_signature';
  show(context, { organization, name, state, result, detail: bad }, () => {
    if (isGood) return `${plain`Verified: ${organization}/${name} is ${state}.`}\n`;
    if (bad !== null) return `${plain`A request to ${organization}/${name} was signed wrongly. ${bad}`}\n`;
    return `${plain`Nothing has arrived for ${organization}/${name} yet. rungate run-task setup prints what to do in Terraform.`}\n`;
  });
  if (isGood) return EXIT.done;
  return bad === null ? VERIFY_EXIT.nothingArrived : VERIFY_EXIT.badSignature;
}
