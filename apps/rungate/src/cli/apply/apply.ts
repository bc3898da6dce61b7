import { rmSync, writeFileSync } from 'node:fs';
import { routes, type BatchAnswer } from '@rungate/contract';
import { plain, plainText } from '@rungate/run-task';
import type { Context } from '../act.js';
import { EXIT } from '../errors.js';
import { readPublicKey } from '../input.js';
import { batchesOf, type InputLine } from './input-lines.js';
import { Journal } from './journal.js';
import { KeysFile } from './keys-file.js';
import { Outcome } from './outcome.js';
import { progressBar, type ProgressBar } from './progress-bar.js';
import { sealTo } from './seal-to.js';

/** What `organizations apply` is asked for. */
export interface ApplyOptions {
  /** NDJSON; `-` is standard input. */
  readonly file: string;
  readonly dryRun: boolean;
  /** Batches under way at once. */
  readonly concurrency: number;
  readonly keysOut?: string;
  /** A file with a public key as JWK. */
  readonly recipient?: string;
}

/** Everything that one run of `apply` holds. */
interface Run {
  readonly context: Context;
  readonly options: ApplyOptions;
  readonly recipient: unknown;
  readonly keys: KeysFile | null;
  readonly journal: Journal | null;
  readonly outcome: Outcome;
  readonly bar: ProgressBar;
  readonly undelivered: string[];
}

/** `rungate organizations apply`. What is done stays done: the same command again goes on where this one ended. */
export async function applyOrganizations(context: Context, options: ApplyOptions): Promise<number> {
  const batches: (readonly InputLine[])[] = [];
  for await (const batch of batchesOf(options.file)) batches.push(batch);
  const run = await begin(context, options, batches);
  try {
    await applyAll(run, batches);
    run.bar.stop();
    run.journal?.remove();
    sayWhatIsLeft(run);
  } finally {
    run.bar.stop();
    run.keys?.close();
    keepFailed(run);
    run.outcome.end();
  }
  return run.outcome.counts.failed === 0 ? EXIT.done : EXIT.failed;
}

async function begin(
  context: Context,
  options: ApplyOptions,
  batches: readonly (readonly InputLine[])[],
): Promise<Run> {
  const { file, dryRun, keysOut } = options;
  const recipient = options.recipient === undefined ? null : await readPublicKey(options.recipient, '--recipient');
  const keys = keysOut === undefined || dryRun ? null : new KeysFile(keysOut);
  const journal = dryRun || file === '-' ? null : new Journal(file, keysOut);
  const outcome = new Outcome({ json: context.json, dryRun });
  const bar = await progressBar(batches.reduce((sum, { length }) => sum + length, 0));
  return { context, options, recipient, keys, journal, outcome, bar, undelivered: [...(journal?.undelivered ?? [])] };
}

/** Each of the workers keeps the keys of a batch before it asks for the next. */
async function applyAll(run: Run, batches: readonly (readonly InputLine[])[]): Promise<void> {
  const left = [...batches];
  const work = async (): Promise<void> => {
    for (let batch = left.shift(); batch !== undefined; batch = left.shift()) await applyBatch(run, batch);
  };
  const workers = Array.from({ length: run.options.concurrency }, work);
  const ended = await Promise.allSettled(workers);
  const failure = ended.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

async function applyBatch(run: Run, batch: readonly InputLine[]): Promise<void> {
  const { context, options, recipient, keys, journal, outcome, bar } = run;
  const sent = journal?.sent(batch.map(({ number }) => number));
  const lines = batch.map(({ text }) => (recipient === null ? text : sealTo(recipient, text)));
  const undelivered: string[] = [];
  const query = { dryRun: options.dryRun };
  let at = 0;
  for await (const answer of context.client.exchange(routes.batchOrganizations, { params: {}, query, lines })) {
    const line = batch[at++];
    if (line === undefined) throw new Error('The platform answered more lines than it was sent.');
    keys?.write(answer);
    outcome.note(line, answer);
    undelivered.push(...neverDelivered(journal, line, answer));
    bar.advance(1);
  }
  if (at < batch.length)
    throw new Error(`The platform answered ${at} of ${batch.length} lines. Run the command again.`);
  keys?.sync();
  if (sent !== undefined) journal?.answered(sent, undelivered);
  run.undelivered.push(...undelivered);
}

/** Run tasks that are there now, were asked for by a run that was killed, and whose keys no file has. */
function neverDelivered(
  journal: Journal | null,
  line: InputLine,
  { slug, runTasks = [] }: BatchAnswer,
): readonly string[] {
  if (journal === null || !journal.unanswered.has(line.number) || bringsKeys(line.text)) return [];
  return runTasks
    .filter(({ change }) => change !== 'created')
    .map(({ name }) => `${slug ?? ''}/${name}`)
    .filter((runTask) => !journal.delivered.has(runTask));
}

/** Whoever chose the keys has them. */
function bringsKeys(text: string): boolean {
  return text.includes('"hmacKey"');
}

function sayWhatIsLeft({ outcome, keys, undelivered, options }: Run): void {
  if (undelivered.length > 0) {
    process.stderr.write(
      'An earlier run was ended before these keys were kept. If nobody has them, rotate them:\n' +
        undelivered.map((each) => `  rungate run-task rotate ${plainText(each.replace('/', ' '), 200)}\n`).join(''),
    );
  }
  if (outcome.newKeys > 0 && keys === null && !options.dryRun) {
    process.stderr.write(
      `${outcome.newKeys} new run tasks have keys that were not kept: --keys-out keeps them, rungate run-task rotate makes others.\n`,
    );
  }
  if (outcome.failed.length > 0 && options.file !== '-' && !options.dryRun) {
    process.stderr.write(
      `${plain`The lines that failed are in ${failedFile(options.file)}: mend them there, and apply that.`}\n`,
    );
  }
}

/** Lines may hold keys, so the file is its owner's alone. */
function keepFailed({ options: { file, dryRun }, outcome: { failed } }: Run): void {
  if (dryRun || file === '-') return;
  rmSync(failedFile(file), { force: true });
  if (failed.length === 0) return;
  writeFileSync(failedFile(file), failed.map(({ text }) => `${text}\n`).join(''), { mode: 0o600, flag: 'wx' });
}

function failedFile(file: string): string {
  return `${file}.failed`;
}
