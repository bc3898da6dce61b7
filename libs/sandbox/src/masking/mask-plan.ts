import { closeSync, openSync, writeSync } from 'node:fs';
import { findSecrets, type PlanSecrets } from './plan-secrets.js';
import { scrub, scrubMember } from './scrub.js';
import { walkPlan, type Leaf, type LeafTag } from './walk-plan.js';

const BACKSLASH = 0x5c;
const WRITE_AT = 2 ** 18;

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
        out.write(Buffer.from(text));
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
  const hidden = secrets.hideIn(leaf, value);
  const scrubbed = tag === 'member' ? scrubMember(leaf.name, value, secrets.matcher) : scrub(value, secrets.matcher);
  return hidden || scrubbed !== value ? Buffer.from(JSON.stringify(scrubbed)) : bytes;
}

function isVariable(tag: LeafTag): boolean {
  return tag === 'root_variable' || tag === 'call_inputs';
}

/** An escaped secret shows only once it is decoded. */
function mayHoldSecret(bytes: Buffer, { matcher }: PlanSecrets): boolean {
  return !matcher.isEmpty && (bytes.includes(BACKSLASH) || matcher.mayHold(bytes));
}

/** Gathers small writes. */
class Writer {
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly fd: number) {}

  /** Copies what it is given: a leaf's bytes do not last. */
  write(text: Buffer): void {
    this.parts.push(Buffer.from(text));
    this.bytes += text.length;
    if (this.bytes >= WRITE_AT) this.flush();
  }

  flush(): void {
    const all = Buffer.concat(this.parts);
    for (let written = 0; written < all.length;) written += writeSync(this.fd, all, written);
    this.parts = [];
    this.bytes = 0;
  }
}
