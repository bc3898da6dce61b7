import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  Actor,
  Expected,
  DeleteOrganization,
  Difference,
  HmacKeyInfo,
  OnboardingStore,
  PutWhole,
  Organization,
  OrganizationPage,
  OrganizationSettings,
  OrganizationStore,
  PutAnswer,
  PutOrganization,
  PutOrganizationAnswer,
  PinRunTask,
  PutRunTask,
  PutRunTaskAnswer,
  RecordedRefusal,
  RefusalPage,
  RotateHmacKey,
  RotateHmacKeyAnswer,
  RunTask,
  RunTaskSettings,
  RunTaskStore,
  Scope,
} from '../src/index.js';
import { LIMITS } from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';
import { InMemoryOriginStore } from './origins.js';

/** Organizations in a map. */
export class InMemoryOrganizationStore implements OrganizationStore {
  readonly #bySlug = new Map<string, Organization>();

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  put(desired: PutOrganization): Promise<PutOrganizationAnswer> {
    const { slug, settings, scope, expected, dryRun } = desired;
    const before = this.#bySlug.get(slug);
    if (before !== undefined ? !sees(scope, before) : scope.kind === 'organization')
      return Promise.resolve({ rejected: 'slug_taken' });
    if (isStale(expected, before)) return Promise.resolve({ rejected: 'stale' });
    const changed = differences(settings, before);
    if (changed.length > 0) desired.allow({ before: before ?? null, after: settings, changed });
    const stored = { ...(before ?? this.#blank(slug, scope)), ...settings, revision: nextRevision(before, changed) };
    if (!dryRun) this.#bySlug.set(slug, stored);
    return Promise.resolve(answer(stored, before, changed));
  }

  find(scope: Scope, slug: string): Promise<Organization | null> {
    const found = this.#bySlug.get(slug);
    return Promise.resolve(found !== undefined && sees(scope, found) ? found : null);
  }

  list(scope: Scope, { limit, after, q, tag }: OrganizationPage): Promise<readonly Organization[]> {
    const found = sortedAfter(this.#bySlug, after).filter(
      (organization) =>
        sees(scope, organization) &&
        (q === null || organization.slug.includes(q) || organization.displayName.includes(q)) &&
        (tag === null || organization.tags.includes(tag)),
    );
    return Promise.resolve(found.slice(0, limit));
  }

  suspend({ slug, purgeAt }: Organization): Promise<Organization> {
    return this.#setState(slug, { state: 'suspended', purgeAt });
  }

  delete({ slug, purgeAt }: Organization, { graceDays }: DeleteOrganization): Promise<Organization> {
    const later = new Date(this.clock.now().getTime() + graceDays * 86_400_000);
    return this.#setState(slug, { state: 'suspended', purgeAt: purgeAt ?? later });
  }

  resume({ slug }: Organization): Promise<Organization> {
    return this.#setState(slug, { state: 'active', purgeAt: null });
  }

  pauseIntake(
    { slug, intakePause }: Organization,
    { reason, by }: { readonly reason: string; readonly by: Actor },
  ): Promise<Organization> {
    const pause = intakePause ?? { at: this.clock.now(), by: by.name, reason };
    return Promise.resolve(this.#set(slug, { intakePause: pause }));
  }

  resumeIntake({ slug }: Organization): Promise<Organization> {
    return Promise.resolve(this.#set(slug, { intakePause: null }));
  }

  areViewsAllowed(slug: string): boolean {
    return this.#bySlug.get(slug)?.viewsAllowed ?? false;
  }

  /** Says whether it lets itself be viewed. */
  allowViews(slug: string, viewsAllowed: boolean): Organization {
    return this.#set(slug, { viewsAllowed });
  }

  /** For stores that know organizations by their ids. */
  slugOf(organizationId: string): string {
    const found = [...this.#bySlug.values()].find(({ id }) => id === organizationId);
    if (found === undefined) throw new Error(`there is no organization ${organizationId}`);
    return found.slug;
  }

  #set(slug: string, changes: Partial<Organization>): Organization {
    const before = this.#bySlug.get(slug);
    if (before === undefined) throw new Error(`there is no ${slug}`);
    const stored = { ...before, ...changes };
    this.#bySlug.set(slug, stored);
    return stored;
  }

  #blank(slug: string, scope: Scope): Omit<Organization, keyof OrganizationSettings | 'revision'> {
    const managedBy = scope.kind === 'partner' ? scope.managedBy : null;
    return {
      id: this.ids.next(),
      slug,
      state: 'active',
      createdAt: this.clock.now(),
      managedBy,
      purgeAt: null,
      viewsAllowed: true,
      intakePause: null,
    };
  }

  #setState(slug: string, wanted: Pick<Organization, 'state' | 'purgeAt'>): Promise<Organization> {
    const before = this.#bySlug.get(slug);
    if (before === undefined) throw new Error(`there is no ${slug}`);
    const same = before.state === wanted.state && before.purgeAt === wanted.purgeAt;
    const stored = same ? before : { ...before, ...wanted, revision: before.revision + 1 };
    this.#bySlug.set(slug, stored);
    return Promise.resolve(stored);
  }
}

function sees(scope: Scope, { id, managedBy }: Organization): boolean {
  if (scope.kind === 'platform') return true;
  return scope.kind === 'partner' ? scope.managedBy === managedBy : scope.organizationId === id;
}

/** Run tasks in maps; keys are kept as they are, which only a test may do. */
export class InMemoryRunTaskStore implements RunTaskStore {
  readonly #byOrganization = new Map<string, Map<string, RunTask>>();
  /** Of every run task, newest first, as a test wants them. */
  refusals: readonly RecordedRefusal[] = [];
  /** Secret → id of the run task that uses it. */
  readonly #keyOwners = new Map<string, string>();

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
    private readonly origins = new InMemoryOriginStore(),
  ) {}

  put(desired: PutRunTask): Promise<PutRunTaskAnswer> {
    const { organizationId, name, expected } = desired;
    const others = this.#byOrganization.get(organizationId) ?? new Map<string, RunTask>();
    const before = others.get(name);
    if (isStale(expected, before)) return Promise.resolve({ rejected: 'stale' });
    if (before === undefined && others.size >= LIMITS.runTasks) return Promise.resolve({ rejected: 'over_limit' });
    return Promise.resolve(this.#bring(desired, before));
  }

  #bring(desired: PutRunTask, before: RunTask | undefined): PutRunTaskAnswer {
    const { organizationId, name, settings } = desired;
    const base = before ?? this.#blank(organizationId, name);
    const secret = before === undefined || desired.hmacKey.given ? desired.hmacKey.secret : null;
    if (this.#isForeign(secret, base.id)) return { rejected: 'key_in_use' };
    const hmacKeys = secret === null ? base.hmacKeys : this.#withKey(base.hmacKeys, secret);
    const fields = differences(settings, before);
    const stored: RunTask = { ...base, ...settings, hmacKeys, revision: nextRevision(before, fields) };
    const keys = hmacKeys === base.hmacKeys ? [] : ['hmacKey'];
    const changed = [...fields, ...this.origins.place(desired, before), ...keys];
    if (changed.length > 0) desired.allow({ before: before ?? null, after: stored, changed });
    if (!desired.dryRun) this.#keep(stored, secret);
    return answer(this.#shown(stored), before, changed);
  }

  find(organizationId: string, name: string): Promise<RunTask | null> {
    const found = this.#byOrganization.get(organizationId)?.get(name);
    return Promise.resolve(found === undefined ? null : this.#shown(found));
  }

  list(organizationId: string, limit: number, after: string | null): Promise<readonly RunTask[]> {
    const runTasks = this.#byOrganization.get(organizationId) ?? new Map<string, RunTask>();
    return Promise.resolve(
      sortedAfter(runTasks, after)
        .slice(0, limit)
        .map((runTask) => this.#shown(runTask)),
    );
  }

  #shown(runTask: RunTask): RunTask {
    return { ...runTask, originState: this.origins.stateOf(runTask.organizationId, runTask.terraformOrigin) };
  }

  rotateHmacKey(rotation: RotateHmacKey): Promise<RotateHmacKeyAnswer> {
    const runTask = this.#byId(rotation.organizationId, rotation.runTaskId);
    const { secret } = rotation;
    if (this.#isForeign(secret, runTask.id)) return Promise.resolve({ rejected: 'key_in_use' });
    const hmacKeys = this.#withKey(runTask.hmacKeys, secret);
    if (hmacKeys === runTask.hmacKeys) return Promise.resolve({ rejected: 'key_in_use' });
    if (hmacKeys.filter(({ state }) => state !== 'revoked').length > LIMITS.hmacKeys) {
      return Promise.resolve({ rejected: 'too_many_keys' });
    }
    this.#keep({ ...runTask, hmacKeys }, secret);
    const [key, ...retiring] = hmacKeys;
    if (key === undefined) throw new Error('a run task has no key');
    return Promise.resolve({ key, retiring: retiring.filter(({ state }) => state === 'retiring') });
  }

  revokeHmacKey({ organizationId, runTaskId, id }: RevokeHmacKey): Promise<HmacKeyInfo | null> {
    const runTask = this.#byId(organizationId, runTaskId);
    const key = runTask.hmacKeys.find((candidate) => candidate.id === id);
    if (key === undefined) return Promise.resolve(null);
    const revoked = { ...key, state: 'revoked' as const, retiresAt: null, revokedAt: this.clock.now() };
    const hmacKeys = runTask.hmacKeys.map((other) => (other.id === id ? revoked : other));
    this.#keep({ ...runTask, hmacKeys }, null);
    return Promise.resolve(revoked);
  }

  listRefusals({ limit, after }: RefusalPage): Promise<readonly RecordedRefusal[]> {
    const older = this.refusals.filter(({ minute }) => after === null || minute < after.minute);
    return Promise.resolve(older.slice(0, limit));
  }

  #byId(organizationId: string, runTaskId: string): RunTask {
    const all = [...(this.#byOrganization.get(organizationId)?.values() ?? [])];
    const runTask = all.find(({ id }) => id === runTaskId);
    if (runTask === undefined) throw new Error(`there is no run task ${runTaskId}`);
    return runTask;
  }

  pin({ organizationId, name, terraformOrganization }: PinRunTask): Promise<RunTask | null> {
    const runTask = this.#byOrganization.get(organizationId)?.get(name);
    if (runTask === undefined) return Promise.resolve(null);
    const pinned = { ...runTask, terraformOrganization };
    this.#keep(pinned, null);
    return Promise.resolve(pinned);
  }

  #isForeign(secret: string | null, runTaskId: string): boolean {
    return secret !== null && (this.#keyOwners.get(secret) ?? runTaskId) !== runTaskId;
  }

  #keep(runTask: RunTask, secret: string | null): void {
    const runTasks = this.#byOrganization.get(runTask.organizationId) ?? new Map<string, RunTask>();
    this.#byOrganization.set(runTask.organizationId, runTasks.set(runTask.name, runTask));
    if (secret !== null) this.#keyOwners.set(secret, runTask.id);
  }

  #blank(organizationId: string, name: string): Omit<RunTask, keyof RunTaskSettings> {
    return {
      id: this.ids.next(),
      organizationId,
      name,
      hookId: `hook-${this.ids.next()}`,
      versionId: this.ids.next(),
      revision: 1,
      terraformOrganization: null,
      state: 'created',
      originState: null,
      hmacKeys: [],
      createdAt: this.clock.now(),
    };
  }

  /** The same list when the key is active already; else the key in front, and the others retiring. */
  #withKey(keys: readonly HmacKeyInfo[], secret: string): readonly HmacKeyInfo[] {
    const fingerprint = createHash('sha256').update(secret).digest('hex').slice(0, 8);
    if (keys.some((key) => key.fingerprint === fingerprint && key.state === 'active')) return keys;
    const others = keys.filter((key) => key.fingerprint !== fingerprint);
    return [
      {
        id: this.ids.next(),
        fingerprint,
        state: 'active',
        lastUsedAt: null,
        retiresAt: null,
        extendedAt: null,
        revokedAt: null,
        createdAt: this.clock.now(),
      },
      ...others.map((key) => ({ ...key, state: 'retiring' as const })),
    ];
  }
}

type RevokeHmacKey = Parameters<RunTaskStore['revokeHmacKey']>[0];

/** Many organizations over the stores of one. */
export class InMemoryOnboardingStore implements OnboardingStore {
  constructor(
    private readonly organizations: OrganizationStore,
    private readonly runTasks: RunTaskStore,
  ) {}

  compare(wanted: readonly PutWhole[]): Promise<readonly Difference[]> {
    return Promise.all(wanted.map((whole) => this.#difference(whole)));
  }

  async create({ organization, runTasks }: PutWhole): Promise<readonly RunTask[] | null> {
    const made = await this.organizations.put({ ...organization, expected: { revision: null } });
    if (made.rejected !== undefined) return null;
    const stored: RunTask[] = [];
    for (const runTask of runTasks) {
      const answer = await this.runTasks.put({ ...runTask, organizationId: made.stored.id });
      if (answer.rejected !== undefined) return null;
      stored.push(answer.stored);
    }
    return stored;
  }

  async #difference({ organization, runTasks }: PutWhole): Promise<Difference> {
    const { slug, settings } = organization;
    const current = await this.organizations.find({ kind: 'platform' }, slug);
    if (current === null) return { kind: 'absent' };
    if (!sees(organization.scope, current) || differences(settings, current).length > 0) return { kind: 'different' };
    const known = await Promise.all(runTasks.map(({ name }) => this.runTasks.find(current.id, name)));
    const same = known.flatMap((runTask, index) => {
      const wanted = runTasks[index];
      if (runTask === null || wanted === undefined || wanted.hmacKey.given) return [];
      if (differences(wanted.settings, runTask).length > 0) return [];
      return [{ name: runTask.name, hookId: runTask.hookId, fingerprint: runTask.hmacKeys[0]?.fingerprint ?? null }];
    });
    return same.length === runTasks.length ? { kind: 'same', runTasks: same } : { kind: 'different' };
  }
}

function isStale({ revision }: Expected, before: { readonly revision: number } | undefined): boolean {
  return revision !== undefined && revision !== (before?.revision ?? null);
}

function nextRevision(before: { readonly revision: number } | undefined, changed: readonly string[]): number {
  return before === undefined ? 1 : before.revision + Math.min(changed.length, 1);
}

function sortedAfter<T>(byKey: ReadonlyMap<string, T>, after: string | null): readonly T[] {
  return [...byKey]
    .filter(([key]) => after === null || key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value);
}

function differences<T extends object>(settings: T, before: T | undefined): readonly string[] {
  const earlier = new Map<string, unknown>(Object.entries(before ?? {}));
  return Object.entries(settings)
    .filter(([key, value]) => !isDeepStrictEqual(value, earlier.get(key)))
    .map(([key]) => key);
}

function answer<T>(stored: T, before: T | undefined, changed: readonly string[]): PutAnswer<T> {
  if (before === undefined) return { kind: 'created', changed, stored };
  return { kind: changed.length === 0 ? 'unchanged' : 'changed', changed, stored };
}
