import type { AuditKeys, Judged } from './audit-keys.js';
import { judgeCheckpoint, type Checkpoint } from './checkpoint.js';
import type { Head } from './head.js';
import { BEGINNING, judgeEvent, judgeLink, type EventRecord, type Link, type TrailEnd } from './link.js';

/** A link as it is stored, with its event; null when that is not there. */
export interface StoredLink extends Link {
  readonly event: EventRecord | null;
}

/** A trail as it is stored, to be believed in nothing. */
export interface StoredTrail {
  readonly trail: string;
  readonly checkpoints: readonly Checkpoint[];
  /** In order of sequence. */
  readonly links: AsyncIterable<StoredLink>;
  /** Where the database says that it ends. */
  readonly end: TrailEnd;
  /** Heads that were kept elsewhere. */
  readonly heads: readonly Head[];
}

/** What can be wrong with a trail. */
export type TrailFault =
  /** An event is not what it was when it was chained. */
  | 'changed'
  /** An event is gone, and no checkpoint says that it may be. */
  | 'deleted'
  /** A link does not follow the one before it. */
  | 'out_of_order'
  /** Nothing in it was made with a key of ours. */
  | 'recomputed'
  /** Made with a master key that is not listed. */
  | 'unknown_key'
  /** It ends before the database, a checkpoint or a head says. */
  | 'cut'
  /** It is another trail than the one that a head was taken of. */
  | 'forked'
  /** A checkpoint was not made by us. */
  | 'bad_checkpoint'
  /** An event was written and never chained. */
  | 'unchained';

/** The first thing that is wrong with a trail, in words, and where. */
export interface TrailProblem {
  readonly fault: TrailFault;
  readonly sequence: number | null;
  readonly eventId: string | null;
  readonly detail: string;
}

/** What a walk through a trail found. */
export interface TrailReport {
  /** Links that were read. */
  readonly links: number;
  readonly problem: TrailProblem | null;
}

/** Walks a trail from its beginning and names the first thing that is wrong with it. */
export async function verifyTrail(keys: AuditKeys, stored: StoredTrail): Promise<TrailReport> {
  const walk = new TrailWalk(keys, stored);
  for await (const link of stored.links) walk.take(link);
  return walk.end();
}

class TrailWalk {
  #problem: TrailProblem | null = null;
  #links = 0;
  #valid = 0;
  #last: TrailEnd | null = null;
  readonly #removedUpTo: number;
  readonly #checkpoints: ReadonlyMap<number, Checkpoint>;
  readonly #heads = new Map<number, readonly Head[]>();

  constructor(
    private readonly keys: AuditKeys,
    private readonly stored: StoredTrail,
  ) {
    const valid = stored.checkpoints.filter((checkpoint) => this.#holdsCheckpoint(checkpoint));
    this.#removedUpTo = Math.max(0, ...valid.map(({ sequence }) => sequence));
    this.#checkpoints = new Map(valid.map((checkpoint) => [checkpoint.sequence, checkpoint]));
    for (const head of stored.heads) this.#heads.set(head.sequence, [...(this.#heads.get(head.sequence) ?? []), head]);
  }

  take(link: StoredLink): void {
    this.#last ??= this.#startBefore(link);
    this.#links++;
    const problem = this.#problemWith(link, this.#last);
    if (problem === null) this.#valid++;
    this.#problem ??= problem;
    this.#last = link;
  }

  end(): TrailReport {
    return { links: this.#links, problem: this.#recomputed() ?? this.#problem ?? this.#problemAtEnd() };
  }

  #holdsCheckpoint(checkpoint: Checkpoint): boolean {
    const judged = judgeCheckpoint(this.keys, this.stored.trail, checkpoint);
    if (judged === 'valid') return true;
    const { sequence } = checkpoint;
    const detail = `The checkpoint at ${sequence}, which says that events up to there were removed, ${notOurs(judged)}.`;
    this.#problem ??= { fault: 'bad_checkpoint', sequence, eventId: null, detail };
    return false;
  }

  /** The first link follows nothing, or a checkpoint right before it. */
  #startBefore({ sequence }: StoredLink): TrailEnd {
    return this.#checkpoints.get(sequence - 1) ?? BEGINNING;
  }

  #problemWith(link: StoredLink, last: TrailEnd): TrailProblem | null {
    const at = { sequence: link.sequence, eventId: link.eventId };
    if (link.sequence !== last.sequence + 1) {
      const detail = `Event ${last.sequence + 1} of the trail is missing: after ${last.sequence} comes ${link.sequence}.`;
      return { ...at, fault: 'deleted', sequence: last.sequence + 1, eventId: null, detail };
    }
    return this.#eventProblem(link) ?? this.#linkProblem(link, last) ?? this.#mismatch(link);
  }

  #eventProblem(link: StoredLink): TrailProblem | null {
    const { sequence, eventId, event } = link;
    if (event === null) {
      if (sequence <= this.#removedUpTo) return null;
      const detail = `Event ${eventId} was chained and is gone from the database.`;
      return { fault: 'deleted', sequence, eventId, detail };
    }
    const judged = judgeEvent(this.keys, link, event);
    if (judged === 'valid') return null;
    const detail = `Event ${eventId} ${judged === 'invalid' ? 'is not what it was when it was chained' : notOurs(judged)}.`;
    return { fault: judged === 'invalid' ? 'changed' : 'unknown_key', sequence, eventId, detail };
  }

  #linkProblem(link: StoredLink, last: TrailEnd): TrailProblem | null {
    const { sequence, eventId } = link;
    const judged = judgeLink(this.keys, this.stored.trail, last.hash, link);
    if (judged === 'valid') return null;
    if (judged === 'unknown_key')
      return { fault: judged, sequence, eventId, detail: `Link ${sequence} ${notOurs(judged)}.` };
    const detail = `Event ${eventId} does not follow the one before it: events were reordered or taken out, or the link was changed.`;
    return { fault: 'out_of_order', sequence, eventId, detail };
  }

  /** What was signed of this place earlier must be what is there. */
  #mismatch({ sequence, eventId, hash }: StoredLink): TrailProblem | null {
    const checkpoint = this.#checkpoints.get(sequence);
    const head = this.#heads.get(sequence)?.find((one) => !one.hash.equals(hash));
    if ((checkpoint?.hash.equals(hash) ?? true) && head === undefined) return null;
    const when = head === undefined ? 'its checkpoint' : `the head of ${head.at.toISOString()}`;
    const detail = `Event ${sequence} is another than in ${when}: the trail was rolled back and went on from there.`;
    return { fault: 'forked', sequence, eventId, detail };
  }

  /** When not one link is ours, it was not one row that somebody changed. */
  #recomputed(): TrailProblem | null {
    if (this.#links < 2 || this.#valid > 0 || this.#problem?.fault !== 'changed') return null;
    const { sequence, eventId } = this.#problem;
    const detail = `None of its ${this.#links} events is chained with a key of ours: the whole trail was made anew.`;
    return { fault: 'recomputed', sequence, eventId, detail };
  }

  #problemAtEnd(): TrailProblem | null {
    const last = Math.max(this.#last?.sequence ?? 0, this.#links === 0 ? this.#removedUpTo : 0);
    const head = this.stored.heads.reduce<Head | null>(later, null);
    if (head !== null && head.sequence > last) {
      return this.#cutAfter(last, `the head of ${head.at.toISOString()} says ${head.sequence}`);
    }
    if (this.#removedUpTo > last) return this.#cutAfter(last, `a checkpoint says ${this.#removedUpTo}`);
    if (this.stored.end.sequence === last && this.#endsAsStored()) return null;
    return this.#cutAfter(last, `the database's own note says ${this.stored.end.sequence}`);
  }

  #endsAsStored(): boolean {
    return this.#last === null || this.#last.hash.equals(this.stored.end.hash);
  }

  #cutAfter(sequence: number, says: string): TrailProblem {
    const detail = `The trail ends after ${sequence} events, and ${says}: its end was cut off, or an older database was restored.`;
    return { fault: 'cut', sequence, eventId: null, detail };
  }
}

function notOurs(judged: Exclude<Judged, 'valid'>): string {
  if (judged === 'invalid') return 'was not signed by a key of ours';
  return 'was signed under a master key that is not listed: add the older key to RUNGATE_ENCRYPTION_KEY';
}

function later(a: Head | null, b: Head): Head {
  return a !== null && a.sequence >= b.sequence ? a : b;
}
