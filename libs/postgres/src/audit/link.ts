import { canonicalJson } from '@rungate/run-task';
import type { AuditKeys, Judged } from './audit-keys.js';

/** The trail of what belongs to no organization: the nil UUID, which no organization has. */
export const PLATFORM_TRAIL = '00000000-0000-0000-0000-000000000000';

/** An event as its row holds it: every column by its name, moments as text in UTC with microseconds. */
export type EventRecord = Readonly<Record<string, unknown>>;

/** The end of a trail: what the next link follows. Sequence 0 and no bytes before the first one. */
export interface TrailEnd {
  readonly sequence: number;
  readonly hash: Buffer;
}

/** One event's place in its trail: nothing of the event can change, and no link before it, without this changing. */
export interface Link extends TrailEnd {
  readonly eventId: string;
  /** Of the event alone, so that the trail holds after its event was purged. */
  readonly digest: Buffer;
  /** Of the master key whose audit key made digest and hash. */
  readonly keyId: Buffer;
}

/** Where a trail begins. */
export const BEGINNING: TrailEnd = { sequence: 0, hash: Buffer.alloc(0) };

/** The link of an event that follows `end`. */
export function linkAfter(
  keys: AuditKeys,
  trail: string,
  end: TrailEnd,
  event: EventRecord & { readonly id: string },
): Link {
  const { keyId, signature: digest } = keys.sign('event', [eventText(event)]);
  const next = { sequence: end.sequence + 1, eventId: event.id, digest };
  return { ...next, keyId, hash: keys.sign('link', linkParts(trail, end.hash, next)).signature };
}

/** Whether an event is what its link was made for. */
export function judgeEvent(keys: AuditKeys, { keyId, digest }: Link, event: EventRecord): Judged {
  return keys.judge('event', [eventText(event)], { keyId, signature: digest });
}

/** Whether a link follows the link with the hash `previous`. */
export function judgeLink(keys: AuditKeys, trail: string, previous: Buffer, link: Link): Judged {
  return keys.judge('link', linkParts(trail, previous, link), { keyId: link.keyId, signature: link.hash });
}

function linkParts(
  trail: string,
  previous: Buffer,
  { sequence, eventId, digest }: Pick<Link, 'sequence' | 'eventId' | 'digest'>,
): readonly unknown[] {
  return [trail, sequence, previous.toString('hex'), eventId, digest.toString('hex')];
}

/** Every column with a value: a column that a later version adds leaves the text of older events as it was. */
function eventText(event: EventRecord): string {
  return canonicalJson(Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)));
}
