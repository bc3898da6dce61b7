import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { plainText } from '@rungate/run-task';
import { CheckError } from './errors.js';

/** Largest plan, bytes: as the platform's. */
const MAX_BYTES = 512 * 2 ** 20;
const SHOW = 'Run terraform show -json on the plan file and give its output.';

/** Where a plan comes from and goes to. */
export interface PlanCopy {
  /** A path, or `-` for standard input. */
  readonly plan: string;
  /** A private directory. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly progress: (bytes: number) => void;
}

/** A copy of the plan, which the sandbox may remove. @throws CheckError `plan_unreadable`, `stopped` */
export async function copyPlan({
  plan,
  directory,
  signal,
  progress,
}: PlanCopy): Promise<{ path: string; bytes: number }> {
  const name = plan === '-' ? 'standard input' : plainText(plan);
  const to = path.join(directory, 'plan.json');
  const sniffer = new Sniffer(name, progress);
  const source: Readable = plan === '-' ? process.stdin : createReadStream(plan);
  try {
    await pipeline(source, sniffer, createWriteStream(to, { mode: 0o600, flags: 'wx' }), { signal });
  } catch (cause) {
    if (cause instanceof CheckError) throw cause;
    if (signal.aborted) throw new CheckError('stopped', 'Stopped before the plan was read.', { cause });
    throw CheckError.whenReading('plan_unreadable', name, cause);
  }
  return { path: to, bytes: sniffer.bytes };
}

/** Says what a file is that is no JSON, by how it begins. What is wrong with JSON is said by who reads it. */
class Sniffer extends Transform {
  bytes = 0;

  constructor(
    private readonly source: string,
    private readonly progress: (bytes: number) => void,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null, data?: Buffer) => void): void {
    const foreign = this.bytes === 0 ? foreignFormat(chunk) : null;
    this.bytes += chunk.length;
    this.progress(this.bytes);
    if (foreign !== null) done(this.refusal(foreign));
    else if (this.bytes > MAX_BYTES)
      done(this.refusal(`is larger than ${MAX_BYTES / 2 ** 20} MB, the most that can be judged.`));
    else done(null, chunk);
  }

  override _flush(done: (error?: Error | null) => void): void {
    done(this.bytes === 0 ? this.refusal(`is empty. ${SHOW}`) : null);
  }

  private refusal(what: string): CheckError {
    return new CheckError('plan_unreadable', `${this.source} ${what}`);
  }
}

function foreignFormat(start: Buffer): string | null {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, index) => start[index] === byte);
  if (begins(0x50, 0x4b, 0x03, 0x04)) return `is a binary plan file (zip), not JSON. ${SHOW}`;
  if (begins(0x1f, 0x8b)) return 'is compressed with gzip. Decompress it first, such as with gunzip -c.';
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff) || begins(0x7b, 0x00)) {
    return 'is UTF-16, as PowerShell redirects output. Write it as UTF-8: … | Out-File -Encoding utf8 plan.json.';
  }
  return null;
}
