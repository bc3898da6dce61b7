import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { BYTE } from './json-bytes.js';
import { JsonScanner, SCANNER_LIMITS, type ScannerLimits } from './json-scanner.js';
import { PlanError } from './plan-error.js';
import { openPlanFile, rootMembers } from './plan-reader.js';

/** A stretch of the file: offsets of its first byte and of the byte after its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a member of the top object stands. */
export type PlanMember =
  | { readonly kind: 'value'; readonly span: Span }
  /** An array in runs of whole elements, with the commas between them. */
  | { readonly kind: 'list'; readonly runs: readonly Span[] };

/** A run is parsed at once. Short ones are more often pure ASCII, which is decoded and parsed in half the time. */
const RUN_BYTES = 2 ** 13;

/**
 * One pass over a plan of any size, which parses nothing: strings, brackets and depth are checked, and the places are
 * noted from which `readMember` and `readList` then read without looking for borders again. `isList` names the members
 * to take element by element, where they are arrays. @throws PlanError
 */
export function indexPlan(
  path: string,
  isList: (name: string) => boolean,
  limits: ScannerLimits = SCANNER_LIMITS,
): ReadonlyMap<string, PlanMember> {
  const fd = openPlanFile(path);
  try {
    const scanner = new JsonScanner(fd, limits);
    const members = new Map<string, PlanMember>();
    for (const name of rootMembers(scanner)) {
      const asList = isList(name) && scanner.peek() === BYTE.openBracket;
      members.set(name, asList ? indexList(scanner) : { kind: 'value', span: scanner.spanOfValue(1) });
    }
    return members;
  } finally {
    closeSync(fd);
  }
}

/** The value of a member, up to `valueBytes`. @throws PlanError `value_too_large` and what is wrong with the JSON */
export function readMember(path: string, member: PlanMember | undefined, limits = SCANNER_LIMITS): unknown {
  if (member === undefined) return undefined;
  if (member.kind === 'list') return [...readList(path, member)];
  const fd = openPlanFile(path);
  try {
    return new SpanReader(fd).read(withinLimit(member.span, limits));
  } finally {
    closeSync(fd);
  }
}

/** The elements of a list, one run in memory at a time. @throws PlanError */
export function* readList(
  path: string,
  { runs }: Extract<PlanMember, { kind: 'list' }>,
): Generator<unknown, void, undefined> {
  const fd = openPlanFile(path);
  try {
    const reader = new SpanReader(fd);
    for (const run of runs) yield* reader.readRun(run);
  } finally {
    closeSync(fd);
  }
}

function indexList(scanner: JsonScanner): PlanMember {
  const runs: Span[] = [];
  if (!scanner.enter(BYTE.closeBracket)) return { kind: 'list', runs };
  let start = -1;
  for (let isLast = false; !isLast;) {
    const { from, to } = withinLimit(scanner.spanOfValue(2), scanner.limits);
    if (start < 0) start = from;
    isLast = !scanner.another(BYTE.closeBracket);
    if (!isLast && to - start < RUN_BYTES) continue;
    runs.push({ from: start, to });
    start = -1;
  }
  return { kind: 'list', runs };
}

function withinLimit(span: Span, { valueBytes }: Pick<ScannerLimits, 'valueBytes'>): Span {
  if (span.to - span.from <= valueBytes) return span;
  const most = `${Math.round(valueBytes / 2 ** 20)} MB`;
  const message = `The plan holds one value that is larger than ${most} at byte ${span.from}.`;
  throw new PlanError('value_too_large', message);
}

const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']');

/** Reads stretches of a file into one buffer, and parses them. */
class SpanReader {
  private buffer = Buffer.allocUnsafe(2 * RUN_BYTES);

  constructor(private readonly fd: number) {}

  read(span: Span): unknown {
    return this.parse(this.take(span), span);
  }

  /** A run in brackets is an array. */
  readRun(span: Span): readonly unknown[] {
    const { from, to } = span;
    const bytes = this.take({ from: from - 1, to: to + 1 });
    OPEN.copy(bytes, 0);
    CLOSE.copy(bytes, bytes.length - 1);
    const elements = this.parse(bytes, span);
    return Array.isArray(elements) ? elements : [];
  }

  private take({ from, to }: Span): Buffer {
    const length = to - from;
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafe(length);
    for (let count = 0; count < length;) {
      const more = readSync(this.fd, this.buffer, count, length - count, from + count);
      if (more === 0) throw new PlanError('truncated', 'The file of the plan became shorter while it was read.');
      count += more;
    }
    return this.buffer.subarray(0, length);
  }

  private parse(bytes: Buffer, { from, to }: Span): unknown {
    const where = `between byte ${from} and byte ${to}`;
    try {
      if (isAscii(bytes)) return JSON.parse(bytes.toString('latin1'));
      // toString would put U+FFFD in silently.
      if (isUtf8(bytes)) return JSON.parse(bytes.toString());
    } catch (cause) {
      throw new PlanError('syntax', `The plan is not valid JSON ${where}.`, { cause });
    }
    throw new PlanError('encoding', `The plan is not valid UTF-8 ${where}.`);
  }
}
