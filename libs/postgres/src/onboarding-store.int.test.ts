import type { PutWhole, Scope } from '@rungate/run-task';
import { aCheck, HOOK_SECRET, PLATFORM, TESTER } from '@rungate/run-task/testing';
import { startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(() => db.close());

const SETTINGS = {
  displayName: 'Customer',
  tags: ['crm'],
  weight: 1,
  maxInFlight: null,
  retentionDays: 90,
  inputRetentionDays: 30,
};
const shared = { expected: {}, allow: () => undefined, by: TESTER, dryRun: false };

interface Changes {
  readonly weight?: number;
  readonly onTimeout?: 'passed' | 'failed';
  readonly secret?: string;
  readonly given?: boolean;
  readonly scope?: Scope;
}

function whole(slug: string, changes: Changes = {}): PutWhole {
  const {
    weight = 1,
    onTimeout = 'failed',
    secret = `${HOOK_SECRET}-${slug}`,
    given = false,
    scope = PLATFORM,
  } = changes;
  return {
    organization: { slug, settings: { ...SETTINGS, weight }, scope, ...shared },
    runTasks: [
      {
        name: 'guard',
        settings: {
          terraformOrigin: 'https://app.terraform.io',
          downloadOrigins: ['https://app.terraform.io'],
          deadlineProfile: 'rolling',
          onTimeout,
          checks: [aCheck()],
        },
        hmacKey: { secret, given },
        overlapHours: 72,
        guardedOrigins: { origins: [], approve: true },
        reason: null,
        ...shared,
      },
    ],
  };
}

async function differences(...wanted: readonly PutWhole[]): Promise<readonly string[]> {
  return (await db.postgres.onboarding.compare(wanted)).map(({ kind }) => kind);
}

describe('PostgresOnboardingStore', () => {
  it('makes what the single stores read: an organization, its run task and a key that verifies', async () => {
    const { onboarding, organizations, runTasks, hooks } = db.postgres;
    const [made] = (await onboarding.create(whole('acme'))) ?? [];
    const organization = await organizations.find(PLATFORM, 'acme');
    expect(organization).toMatchObject({ ...SETTINGS, slug: 'acme', state: 'active', revision: 1 });
    const stored = await runTasks.find(organization?.id ?? '', 'guard');
    expect(stored).toEqual(made);
    const hook = await hooks.findHook(stored?.hookId ?? '');
    expect(hook?.keys).toHaveLength(1);
  });

  it('tells what is new, what is the same and what differs', async () => {
    await db.postgres.onboarding.create(whole('same'));
    const missing = whole('same');
    const another = { ...missing, runTasks: missing.runTasks.map((runTask) => ({ ...runTask, name: 'another' })) };
    expect(
      await differences(
        whole('new'),
        whole('same'),
        whole('same', { weight: 2 }),
        whole('same', { onTimeout: 'passed' }),
        another,
        { ...whole('same'), runTasks: [] },
      ),
    ).toEqual(['absent', 'same', 'different', 'different', 'different', 'same']);
  });

  it('compares a key that is given with the active ones', async () => {
    await db.postgres.onboarding.create(whole('keyed'));
    expect(await differences(whole('keyed', { given: true }))).toEqual(['same']);
    expect(await differences(whole('keyed', { given: true, secret: `${HOOK_SECRET}-other` }))).toEqual(['different']);
  });

  it("makes nothing of a slug or a key that is in use, not even its organization's row", async () => {
    const { onboarding, organizations } = db.postgres;
    await onboarding.create(whole('taken'));
    expect(await onboarding.create(whole('taken', { secret: `${HOOK_SECRET}-fresh` }))).toBeNull();
    expect(await onboarding.create(whole('thief', { secret: `${HOOK_SECRET}-taken` }))).toBeNull();
    expect(await organizations.find(PLATFORM, 'thief')).toBeNull();
  });

  it('makes one of ten that want the same slug at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        db.postgres.onboarding.create(whole('once', { secret: `${HOOK_SECRET}-once-${index}` })),
      ),
    );
    expect(made.filter((each) => each !== null)).toHaveLength(1);
  });

  it("tells a partner of another's organization no more than a PUT does", async () => {
    const crm: Scope = { kind: 'partner', managedBy: 'crm' };
    const erp: Scope = { kind: 'partner', managedBy: 'erp' };
    await db.postgres.onboarding.create(whole('of-crm', { scope: crm }));
    expect(await db.postgres.organizations.find(crm, 'of-crm')).toMatchObject({ managedBy: 'crm' });
    expect(await differences(whole('of-crm', { scope: crm }), whole('of-crm', { scope: erp }))).toEqual([
      'same',
      'different',
    ]);
    expect(await db.postgres.organizations.put(whole('of-crm', { scope: erp }).organization)).toEqual({
      rejected: 'slug_taken',
    });
  });
});
