import type { Environment } from '@rungate/config';
import type { ManagementClient } from '@rungate/contract';
import { exitOf } from './errors.js';
import { explain, type OptionsOfFields } from './explain.js';
import { printJson } from './print-json.js';
import { openClient } from './session.js';

/** What every management command is given. */
export interface Context {
  readonly client: ManagementClient;
  /** `--json`: nothing but JSON goes to standard output. */
  readonly json: boolean;
}

/** A command of the management API: its name, how it is asked to answer, and how its fields are called there. */
export interface Acting {
  readonly env: Environment;
  readonly json: boolean;
  readonly options?: OptionsOfFields;
}

/** Does the work of a command; what goes wrong becomes words on standard error and an exit status. */
export async function act(
  { env, json, options = {} }: Acting,
  work: (context: Context) => Promise<number | undefined>,
): Promise<void> {
  outliveReaders();
  try {
    process.exitCode = (await work({ client: openClient(env), json })) ?? 0;
  } catch (error) {
    process.stderr.write(`rungate: ${explain(error, options)}\n`);
    process.exitCode = exitOf(error);
  }
}

/** Prints one thing: as JSON, or as a person reads it. */
export function show<T>({ json }: Pick<Context, 'json'>, value: T, text: (value: T) => string): void {
  if (json) printJson(value);
  else process.stdout.write(text(value));
}

/** Prints a list: a line of JSON for each item as it comes, or all of them as a person reads them. */
export async function showAll<T>(
  { json }: Pick<Context, 'json'>,
  items: AsyncIterable<T>,
  text: (items: readonly T[]) => string,
): Promise<void> {
  const all: T[] = [];
  for await (const item of items) {
    if (json) printJson(item);
    else all.push(item);
  }
  if (!json) process.stdout.write(text(all));
}

/** A reader may go away before the end, as `head` does: that is no failure. */
function outliveReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  process.stderr.on('error', () => undefined);
}
