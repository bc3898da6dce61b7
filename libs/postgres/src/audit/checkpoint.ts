import type { AuditKeys, AuditSignature, Judged } from './audit-keys.js';
import type { TrailEnd } from './link.js';

/** Says, signed, that events up to a link were removed rightly: by age, or with their organization. */
export interface Checkpoint extends TrailEnd, AuditSignature {
  readonly reason: 'retention' | 'purge';
  readonly at: Date;
}

/** A checkpoint at a link. */
export function checkpointAt(
  keys: AuditKeys,
  trail: string,
  { sequence, hash, reason, at }: Omit<Checkpoint, keyof AuditSignature>,
): Checkpoint {
  const facts = { sequence, hash, reason, at };
  return { ...facts, ...keys.sign('checkpoint', parts(trail, facts)) };
}

/** Whether a listed key signed it. */
export function judgeCheckpoint(keys: AuditKeys, trail: string, checkpoint: Checkpoint): Judged {
  return keys.judge('checkpoint', parts(trail, checkpoint), checkpoint);
}

function parts(
  trail: string,
  { sequence, hash, reason, at }: Omit<Checkpoint, keyof AuditSignature>,
): readonly unknown[] {
  return [trail, sequence, hash.toString('hex'), reason, at.toISOString()];
}
