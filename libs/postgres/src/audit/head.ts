import { z } from 'zod';
import type { AuditKeys, AuditSignature, Judged } from './audit-keys.js';
import type { TrailEnd } from './link.js';

/** The end of a trail at a moment, signed, kept outside the database: a trail that ends earlier was cut. */
export interface Head extends TrailEnd, AuditSignature {
  readonly trail: string;
  readonly at: Date;
}

/** The head of a trail now. */
export function headOf(keys: AuditKeys, trail: string, { sequence, hash }: TrailEnd, at: Date): Head {
  const facts = { trail, sequence, hash, at };
  return { ...facts, ...keys.sign('head', parts(facts)) };
}

/** Whether a listed key signed it. */
export function judgeHead(keys: AuditKeys, head: Head): Judged {
  return keys.judge('head', parts(head), head);
}

/** A head as a line of the file and the log has it: flat, bytes as hex. */
export type HeadFields = Readonly<Record<'trail' | 'hash' | 'at' | 'key' | 'signature', string>> & {
  readonly sequence: number;
};

/** A head for a line of JSON. */
export function headFields({ trail, sequence, hash, at, keyId, signature }: Head): HeadFields {
  return {
    trail,
    sequence,
    hash: hash.toString('hex'),
    at: at.toISOString(),
    key: keyId.toString('hex'),
    signature: signature.toString('hex'),
  };
}

/** Reads a line of a file of heads or of a log; null when it is about something else. */
export function parseHead(line: string): Head | null {
  const parsed = HEAD.safeParse(line);
  return parsed.success ? parsed.data : null;
}

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => Buffer.from(text, 'hex'));

const HEAD = z
  .string()
  .transform((text, { issues }): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      issues.push({ code: 'custom', message: 'Is not JSON.', input: text });
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      trail: z.uuid(),
      sequence: z.int().min(1),
      hash: hex,
      at: z.iso.datetime().transform((text) => new Date(text)),
      key: hex,
      signature: hex,
    }),
  )
  .transform(({ key: keyId, ...head }): Head => ({ ...head, keyId }));

function parts({ trail, sequence, hash, at }: Omit<Head, keyof AuditSignature>): readonly unknown[] {
  return [trail, sequence, hash.toString('hex'), at.toISOString()];
}
