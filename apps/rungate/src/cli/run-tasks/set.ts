import { routes, runTaskSettings, type RunTaskPut, type RunTaskPutBody } from '@rungate/contract';
import { show, type Context } from '../act.js';
import { CommandError } from '../errors.js';
import { readJsonInput, readSecretInput } from '../input.js';
import { orNull } from '../missing.js';
import { putSentence } from '../put-sentence.js';
import { fields } from '../table.js';
import { checkListOf } from './check-list.js';

/** What the options of `run-tasks set` say; what they do not name stays as it is. */
export interface RunTaskOptions {
  readonly terraformOrigin?: string;
  readonly downloadOrigin?: readonly string[];
  readonly deadlineProfile?: 'rolling' | 'fixed';
  readonly onTimeout?: 'failed' | 'passed';
  /** A file, or `-`. */
  readonly checks?: string;
  /** A file, or `-`. */
  readonly hmacKeyFile?: string;
  /** Why a mandatory check is weakened. */
  readonly reason?: string;
  readonly dryRun: boolean;
}

/** `rungate run-tasks set`: reads what there is, and puts the options over it. */
export async function setRunTask(
  context: Context,
  params: { readonly org: string; readonly name: string },
  options: RunTaskOptions,
): Promise<undefined> {
  const { client } = context;
  const wanted = await wantedSettings(options);
  const current = await orNull(client.call(routes.getRunTask, { params }));
  const before = current === null ? null : runTaskSettings.parse(current.body);
  const terraformOrigin = wanted.terraformOrigin ?? before?.terraformOrigin;
  if (terraformOrigin === undefined) {
    throw new CommandError('usage', 'A new run task needs --terraform-origin, such as https://app.terraform.io.');
  }
  const { body } = await client.call(routes.putRunTask, {
    params,
    query: { dryRun: options.dryRun, ...(options.reason === undefined ? {} : { reason: options.reason }) },
    headers: current?.etag == null ? {} : { 'if-match': current.etag },
    body: { ...before, ...wanted, terraformOrigin },
  });
  show(context, body, (put) => textOf(put, options.dryRun));
}

async function wantedSettings(options: RunTaskOptions): Promise<Partial<RunTaskPutBody>> {
  const { terraformOrigin, downloadOrigin, deadlineProfile, onTimeout, checks, hmacKeyFile } = options;
  return {
    ...(terraformOrigin === undefined ? {} : { terraformOrigin }),
    ...(downloadOrigin === undefined ? {} : { downloadOrigins: downloadOrigin }),
    ...(deadlineProfile === undefined ? {} : { deadlineProfile }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
    ...(checks === undefined ? {} : { checks: checkListOf(await readJsonInput(checks, '--checks')) }),
    ...(hmacKeyFile === undefined ? {} : { hmacKey: await readSecretInput(hmacKeyFile, '--hmac-key-file') }),
  };
}

/** Whoever set a key himself knows it; one that was made here is shown this once. */
function textOf(put: RunTaskPut, dryRun: boolean): string {
  const sentence = putSentence(`run task ${put.organization}/${put.name}`, put, dryRun);
  if (put.change !== 'created' || dryRun) return sentence;
  return `${sentence}${fields([
    ['hook URL', put.hookUrl],
    ['HMAC key', put.hmacKey ?? null],
    ['fingerprint', put.hmacKeyFingerprint],
  ])}The key is shown this once. Next: rungate run-task setup ${put.organization} ${put.name}\n`;
}
