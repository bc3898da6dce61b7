import { closeSync, openSync, writeSync } from 'node:fs';
import { findSecrets, type PlanSecrets } from './plan-secrets.js';
import { scrub, scrubMember } from './scrub.js';
import { unescapeJson } from './unescape.js';
import { walkPlan, type Leaf, type LeafTag } from './walk-plan.js';

const BACKSLASH = 0x5c;
const WRITE_AT = 2 ** 18;
/** Of one UTF-16 code unit. */
const MAX_UTF8_BYTES = 3;

/**
 * Writes the plan at `from` to the new file `to`, with the mask in place of every sensitive value: those that are marked,
 * and every other occurrence of a marked string of eight characters or more. Reads it twice, and holds one resource at
 * a time. What holds nothing sensitive is copied byte for byte.
 *
 * @throws PlanError when the plan cannot be read or is none; `to` is then worthless.
 */
export function maskPlan(from: string, to: string): void {
  const secrets = findSecrets(from);
  const fd = openSync(to, 'wx', 0o600);
  try {
    const out = new Writer(fd);
    let count = 0;
    walkPlan(from, {
      root: () => undefined,
      structure: (text) => {
        out.writeText(text);
      },
      leaf: (leaf) => {
        out.write(maskLeaf(leaf, secrets, secrets.marked.has(count++)));
      },
    });
    out.flush();
  } finally {
    closeSync(fd);
  }
}

/** The leaf's text, masked. Parsing is what costs, so most leaves are searched as they stand. */
function maskLeaf(leaf: Leaf, secrets: PlanSecrets, isMarked: boolean): Buffer {
  const { tag, bytes } = leaf;
  if (tag === 'header') return bytes;
  if (!isMarked && !isVariable(tag) && !mayHoldSecret(bytes, secrets)) return bytes;
  const value = leaf.parse();
  const hidden = secrets.hideIn(leaf, value) ? Buffer.from(JSON.stringify(value)) : bytes;
  if (!mayHoldSecret(hidden, secrets)) return hidden;
  const scrubbed = tag === 'member' ? scrubMember(leaf.name, value, secrets.matcher) : scrub(value, secrets.matcher);
  return scrubbed === value ? hidden : Buffer.from(JSON.stringify(scrubbed));
}

function isVariable(tag: LeafTag): boolean {
  return tag === 'root_variable' || tag === 'call_inputs';
}

/** An escaped secret shows only once it is decoded. */
function mayHoldSecret(bytes: Buffer, { matcher }: PlanSecrets): boolean {
  return !matcher.isEmpty && matcher.mayHold(bytes.includes(BACKSLASH) ? unescapeJson(bytes) : bytes);
}

/** Gathers small writes. */
class Writer {
  private readonly buffer = Buffer.allocUnsafe(WRITE_AT);
  private length = 0;

  constructor(private readonly fd: number) {}

  /** Copies what it is given: a leaf's bytes do not last. */
  write(bytes: Buffer): void {
    if (this.length + bytes.length > WRITE_AT) this.flush();
    if (bytes.length > WRITE_AT) writeAll(this.fd, bytes);
    else this.length += bytes.copy(this.buffer, this.length);
  }

  writeText(text: string): void {
    const most = text.length * MAX_UTF8_BYTES;
    if (this.length + most > WRITE_AT) this.flush();
    if (most > WRITE_AT) writeAll(this.fd, Buffer.from(text));
    else this.length += this.buffer.write(text, this.length);
  }

  flush(): void {
    writeAll(this.fd, this.buffer.subarray(0, this.length));
    this.length = 0;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}
