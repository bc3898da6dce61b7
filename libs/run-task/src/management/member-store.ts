import type { Actor } from './actor.js';

/** A person who came through a connection, and what he may do. */
export interface Member {
  readonly id: string;
  readonly connectionId: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: string;
  /** Who the role comes from. */
  readonly roleFrom: 'rule' | 'default' | 'person';
  readonly state: 'active' | 'blocked';
  readonly createdAt: Date;
  readonly signedInAt: Date;
}

/** Somebody whom a provider vouches for. */
export interface Arrival {
  readonly organizationId: string | null;
  readonly connectionId: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly address: string | null;
}

/** What is decided about an arrival; a refusal is handed back as it is. */
export type ArrivalDecision<Refusal> =
  | { readonly admitted: true; readonly role: string; readonly roleFrom: Member['roleFrom'] }
  | {
      readonly admitted: false;
      readonly why: Refusal;
      /** Whether a known person loses what he holds as well: sessions and tokens. */
      readonly endsAll: boolean;
    };

/** What becomes of a member. */
export interface MemberChange {
  readonly role: string;
  readonly state: Member['state'];
}

/** The last who may do everything stays: nobody would be left to let others in. */
export type MemberAnswer = Member | 'not_found' | 'last_one';

/** The people of the platform, or of one organization; null for an organization's id is the platform. */
export interface MemberStore {
  /**
   * Lets `decide` say what becomes of the arrival; `null` when it was never here. The last owner or admin keeps the role; who
   * is refused keeps nothing that he held, where the decision says so.
   */
  arrive<Refusal>(
    arrival: Arrival,
    decide: (known: Member | null) => ArrivalDecision<Refusal>,
  ): Promise<Member | { readonly refused: Refusal }>;
  /** Newest first. */
  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly Member[]>;
  find(organizationId: string | null, id: string): Promise<Member | null>;
  /** Who is blocked is signed out, and so are the tokens that he made. */
  change(organizationId: string | null, id: string, change: MemberChange, by: Actor): Promise<MemberAnswer>;
}
