import { ManagementApiError, type Violation } from '@rungate/contract';
import { plainText } from '@rungate/run-task';
import { CommandError } from './errors.js';

/** Options by the JSON pointer of the field that they fill, such as `/weight` by `--weight`. */
export type OptionsOfFields = Readonly<Record<string, string>>;

/** Longest text of a server that a terminal is shown. */
const MOST_CHARACTERS = 1_000;

/** What a person reads when a command fails: which option or field, what is wrong with it, and what to do. */
export function explain(error: unknown, options: OptionsOfFields = {}): string {
  if (error instanceof CommandError) return error.message;
  if (!(error instanceof ManagementApiError)) return plainText(messageOf(error), MOST_CHARACTERS);
  const { problem } = error;
  if (problem === null) return [plainText(error.message, MOST_CHARACTERS), hintOf(error)].filter(Boolean).join('\n  ');
  const faults = (problem.errors ?? []).map((violation) => `  ${faultOf(violation, options)}`);
  const first = faults.length > 0 ? 'The platform refused:' : (problem.detail ?? `${problem.title}.`);
  return [plainText(first, MOST_CHARACTERS), ...faults, hintOf(error)].filter(Boolean).join('\n');
}

/** One fault of a request, named as the person who typed it knows it. */
export function faultOf({ pointer, detail }: Violation, options: OptionsOfFields = {}): string {
  const known = Object.keys(options)
    .filter((field) => pointer === field || pointer.startsWith(`${field}/`))
    .sort((a, b) => b.length - a.length)[0];
  const where = known === undefined ? pointer : `${options[known] ?? ''}${pointer.slice(known.length)}`;
  return `${where === '' ? '' : `${plainText(where, 200)}: `}${plainText(detail, MOST_CHARACTERS)}`;
}

function hintOf({ code, status }: ManagementApiError): string {
  if (code === 'unreachable') return 'Is the platform running there? RUNGATE_URL says where it is.';
  if (status === 401) return '  The token is wrong, expired or revoked: set RUNGATE_TOKEN, or run rungate login.';
  if (status === 403) return '  Another token can do it: rungate tokens list shows which role each has.';
  if (status === 412) return '  Somebody changed it meanwhile: look at it, and run the command again.';
  return '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
