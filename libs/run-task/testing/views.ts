import { VIEW_MS, type NewView, type Organization, type SessionView, type View, type ViewStore } from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';
import type { InMemoryOrganizationStore } from './management.js';
import type { InMemorySessionStore } from './sign-in.js';

interface Kept extends View {
  readonly organizationId: string;
}

/** Views in a list; the store of sessions knows which of them last. */
export class InMemoryViewStore implements ViewStore {
  #views: readonly Kept[] = [];

  constructor(
    private readonly sessions: InMemorySessionStore,
    private readonly organizations: InMemoryOrganizationStore,
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  begin({ organization, sessionId, reason, by }: NewView): Promise<View | 'not_allowed'> {
    const { id: organizationId, slug } = organization;
    if (!this.organizations.areViewsAllowed(slug)) return Promise.resolve('not_allowed');
    const startedAt = this.clock.now();
    const times = { startedAt, endsAt: new Date(startedAt.getTime() + VIEW_MS), endedAt: null };
    const view = { id: this.ids.next(), organizationId, viewer: { name: by.name, role: by.role }, reason, ...times };
    this.#views = [view, ...this.#views];
    this.sessions.views.set(sessionId, {
      id: view.id,
      organization: { id: organizationId, slug },
      endsAt: view.endsAt,
      reason,
    });
    return Promise.resolve(view);
  }

  end({ id }: SessionView): Promise<void> {
    this.#end((view) => view.id === id);
    return Promise.resolve();
  }

  list(organizationId: string, limit: number, after: string | null): Promise<readonly View[]> {
    const found = this.#views.filter((view) => view.organizationId === organizationId);
    const from = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
    return Promise.resolve(found.slice(from, from + limit));
  }

  allow({ id, slug }: Organization, allowed: boolean): Promise<Organization> {
    if (!allowed) this.#end((view) => view.organizationId === id);
    return Promise.resolve(this.organizations.allowViews(slug, allowed));
  }

  #end(isOne: (view: Kept) => boolean): void {
    const ended = new Set(this.#views.filter(isOne).map(({ id }) => id));
    this.#views = this.#views.map((view) => (ended.has(view.id) ? { ...view, endedAt: this.clock.now() } : view));
    for (const [session, { id }] of this.sessions.views) if (ended.has(id)) this.sessions.views.delete(session);
  }
}
