import type {
  Arrival,
  ArrivalDecision,
  EndedSession,
  FoundSession,
  LoginAttempt,
  Member,
  MemberAnswer,
  MemberChange,
  MemberStore,
  NewSession,
  SessionStore,
  SessionView,
  ShownSession,
  SignInConnection,
  SignInStore,
  UsedLink,
} from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';

/** Sign-ins under way, in maps; connections are those that a test gives it. */
export class InMemorySignInStore implements SignInStore {
  readonly connections = new Map<string, SignInConnection>();
  readonly links = new Map<string, UsedLink>();
  readonly #attempts = new Map<string, { readonly connectionId: string; readonly attempt: LoginAttempt }>();
  readonly #used = new Set<string>();

  findConnection(id: string): Promise<SignInConnection | null> {
    return Promise.resolve(this.connections.get(id) ?? null);
  }

  shownConnections(): Promise<readonly SignInConnection[]> {
    const shown = [...this.connections.values()].filter(
      ({ organization, development }) => organization === null || development,
    );
    return Promise.resolve(shown);
  }

  connectionsOfDomain(): Promise<readonly Pick<SignInConnection, 'id' | 'name'>[]> {
    return Promise.resolve([]);
  }

  connectionOfOrganization(slug: string): Promise<string | null> {
    const found = [...this.connections.values()].filter(({ organization }) => organization?.slug === slug);
    return Promise.resolve(found.length === 1 ? (found[0]?.id ?? null) : null);
  }

  beginLogin(hash: Uint8Array, connectionId: string, attempt: LoginAttempt): Promise<void> {
    this.#attempts.set(hex(hash), { connectionId, attempt });
    return Promise.resolve();
  }

  takeLogin(hash: Uint8Array, connectionId: string): Promise<LoginAttempt | null> {
    const found = this.#attempts.get(hex(hash));
    if (found?.connectionId !== connectionId) return Promise.resolve(null);
    this.#attempts.delete(hex(hash));
    return Promise.resolve(found.attempt);
  }

  useAssertion(connectionId: string, assertionId: string): Promise<boolean> {
    const name = `${connectionId} ${assertionId}`;
    const isFresh = !this.#used.has(name);
    this.#used.add(name);
    return Promise.resolve(isFresh);
  }

  isRequestPending(connectionId: string, requestId: string): Promise<boolean> {
    return Promise.resolve(this.#pending(connectionId, requestId) !== null);
  }

  answerRequest(connectionId: string, requestId: string, answer: Readonly<Record<string, unknown>>): Promise<boolean> {
    const pending = this.#pending(connectionId, requestId);
    if (pending === null) return Promise.resolve(false);
    const { hash, attempt } = pending;
    this.#attempts.set(hash, { connectionId, attempt: { ...attempt, state: { ...attempt.state, answer } } });
    return Promise.resolve(true);
  }

  #pending(connectionId: string, requestId: string): { hash: string; attempt: LoginAttempt } | null {
    for (const [hash, { connectionId: through, attempt }] of this.#attempts)
      if (through === connectionId && attempt.state.request === requestId && !('answer' in attempt.state))
        return { hash, attempt };
    return null;
  }

  takeLink(hash: Uint8Array): Promise<UsedLink | null> {
    const found = this.links.get(hex(hash)) ?? null;
    this.links.delete(hex(hash));
    return Promise.resolve(found);
  }
}

/** People in a map. */
export class InMemoryMemberStore implements MemberStore {
  readonly #members = new Map<string, Member & { readonly organizationId: string | null }>();

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  arrive<Refusal>(
    { organizationId, connectionId, subject, name, email }: Arrival,
    decide: (known: Member | null) => ArrivalDecision<Refusal>,
  ): Promise<Member | { readonly refused: Refusal }> {
    const known = [...this.#members.values()].find(
      (member) => member.connectionId === connectionId && member.subject === subject,
    );
    const decision = decide(known ?? null);
    if (!decision.admitted) return Promise.resolve({ refused: decision.why });
    const now = this.clock.now();
    const { role, roleFrom } = decision;
    const begun = known ?? { id: this.ids.next(), connectionId, subject, state: 'active', createdAt: now };
    const member = { ...begun, organizationId, name, email, role, roleFrom, signedInAt: now };
    this.#members.set(member.id, member);
    return Promise.resolve(member);
  }

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly Member[]> {
    const found = [...this.#members.values()].filter(
      (member) => member.organizationId === organizationId && (after === null || member.id < after),
    );
    return Promise.resolve(found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit));
  }

  find(organizationId: string | null, id: string): Promise<Member | null> {
    const found = this.#members.get(id);
    return Promise.resolve(found?.organizationId === organizationId ? found : null);
  }

  change(organizationId: string | null, id: string, { role, state }: MemberChange): Promise<MemberAnswer> {
    const found = this.#members.get(id);
    if (found?.organizationId !== organizationId) return Promise.resolve('not_found');
    const changed = { ...found, role, state, roleFrom: 'person' as const };
    this.#members.set(id, changed);
    return Promise.resolve(changed);
  }

  /** Whoever it is, of whatever plane. */
  get(id: string): (Member & { readonly organizationId: string | null }) | null {
    return this.#members.get(id) ?? null;
  }
}

interface Kept extends ShownSession {
  readonly identityId: string;
  readonly steppedUpAt: Date | null;
  readonly idToken: string | null;
}

/** Sessions in a map, by their hash. */
export class InMemorySessionStore implements SessionStore {
  readonly #byHash = new Map<string, Kept>();
  /** What sessions view, by their ids. */
  readonly views = new Map<string, SessionView>();

  constructor(
    private readonly members: InMemoryMemberStore,
    private readonly slugOf: (organizationId: string) => string = String,
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  open({ hash, identityId, absoluteSeconds, steppedUpAt, idToken, userAgent, by }: NewSession): Promise<void> {
    const now = this.clock.now();
    const endsAt = new Date(now.getTime() + absoluteSeconds * 1_000);
    const times = { createdAt: now, seenAt: now, endsAt, steppedUpAt };
    this.#byHash.set(hex(hash), { id: this.ids.next(), identityId, ...times, idToken, userAgent, address: by.address });
    return Promise.resolve();
  }

  find(hash: Uint8Array): Promise<FoundSession | null> {
    const found = this.#byHash.get(hex(hash));
    const member = found === undefined ? null : this.members.get(found.identityId);
    if (found === undefined || member?.state !== 'active') return Promise.resolve(null);
    const { id, endsAt, steppedUpAt } = found;
    const { id: identityId, organizationId, connectionId, subject, name, email, role } = member;
    const organization = organizationId === null ? null : { id: organizationId, slug: this.slugOf(organizationId) };
    const holder = { identityId, connectionId, isByLink: false, subject, name, email, role, organization };
    const view = this.views.get(id) ?? null;
    return Promise.resolve({ id, holder, idleEndsAt: endsAt, endsAt, steppedUpAt, view });
  }

  end(hash: Uint8Array): Promise<EndedSession | null> {
    const found = this.#byHash.get(hex(hash));
    this.#byHash.delete(hex(hash));
    const member = found === undefined ? null : this.members.get(found.identityId);
    if (found === undefined || member === null) return Promise.resolve(null);
    const { id, identityId, idToken } = found;
    return Promise.resolve({ id, identityId, connectionId: member.connectionId, idToken });
  }

  endOfProvider(): Promise<number> {
    return Promise.resolve(0);
  }

  endDevelopment(): Promise<number> {
    return Promise.resolve(0);
  }

  list(_organizationId: string | null, identityId: string): Promise<readonly ShownSession[]> {
    return Promise.resolve([...this.#byHash.values()].filter((session) => session.identityId === identityId));
  }

  revoke(_organizationId: string | null, { id, identityId }: { id: string; identityId: string }): Promise<boolean> {
    return Promise.resolve(this.#remove((session) => session.id === id && session.identityId === identityId) > 0);
  }

  revokeAll(organizationId: string | null, identityId: string | null): Promise<number> {
    return Promise.resolve(
      this.#remove((session) =>
        identityId === null
          ? this.members.get(session.identityId)?.organizationId === organizationId
          : session.identityId === identityId,
      ),
    );
  }

  #remove(isOne: (session: Kept) => boolean): number {
    const ended = [...this.#byHash].filter(([, session]) => isOne(session));
    for (const [hash] of ended) this.#byHash.delete(hash);
    return ended.length;
  }
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
