import { TemporaryFiles, changeJson, planJson, runPlugin } from '../../testing/index.js';
import { openPlan } from '../plan.js';
import { destructiveGuard } from './destructive-guard.js';

const files = new TemporaryFiles();
afterAll(() => {
  files.remove();
});

const KEPT = changeJson('aws_vpc.main', ['no-op']);

function judge(changes: readonly unknown[], config: unknown = {}, members: Record<string, unknown> = {}) {
  const plan = openPlan(files.write(planJson({ resource_changes: [KEPT, ...changes], ...members })));
  return runPlugin(destructiveGuard, plan, config);
}

async function rulesOf(...input: Parameters<typeof judge>): Promise<readonly string[]> {
  return (await judge(...input)).findings.map(({ rule, address }) =>
    address === undefined ? rule : `${rule} ${address}`,
  );
}

describe('destructive-guard', () => {
  it.each([
    'aws_db_instance.a',
    'module.m["x"].aws_s3_bucket.a[0]',
    'azurerm_mssql_database.a',
    'google_sql_database_instance.a',
    'kubernetes_persistent_volume_claim.a',
    'aws_kms_key.a',
    'azurerm_dns_zone.a',
  ])('stops the loss of %s', async (address) => {
    expect(await rulesOf([changeJson(address, ['delete'])])).toEqual([`protected-delete ${address}`]);
    expect(await rulesOf([changeJson(address, ['create', 'delete'])])).toEqual([`protected-replace ${address}`]);
    expect(await rulesOf([changeJson(address, ['forget'])])).toEqual([`protected-forget ${address}`]);
    expect(await rulesOf([changeJson(address, ['create', 'forget'])])).toEqual([`protected-forget ${address}`]);
    expect(await rulesOf([changeJson(address, ['update']), changeJson(address, ['create'])])).toEqual([]);
  });

  it('names the attributes that force a replacement', async () => {
    const change = changeJson('aws_db_instance.a', ['delete', 'create'], {
      replacePaths: [['engine'], ['restore', 0, 'source']],
    });
    const { findings } = await judge([change]);
    expect(findings[0]?.message).toBe('would be destroyed and made anew: engine, restore[0].source force it.');
  });

  it('says why something is replaced that no attribute forces', async () => {
    const change = changeJson('aws_db_instance.a', ['delete', 'create'], { action_reason: 'replace_because_tainted' });
    expect((await judge([change])).findings[0]?.message).toContain('it is tainted');
  });

  it('leaves other resources alone unless their address is protected', async () => {
    const changes = [changeJson('aws_instance.a', ['delete']), changeJson('module.db.aws_instance.b', ['delete'])];
    expect(await rulesOf(changes)).toEqual([]);
    expect(await rulesOf(changes, { protectedAddresses: ['module.db.*'] })).toEqual([
      'protected-delete module.db.aws_instance.b',
    ]);
  });

  it('lets go what is allowed', async () => {
    const changes = [changeJson('aws_db_instance.scratch', ['delete']), changeJson('aws_db_instance.main', ['delete'])];
    expect(await rulesOf(changes, { allow: ['*.scratch'] })).toEqual(['protected-delete aws_db_instance.main']);
  });

  it('does not pass an address that cannot be compared because it is masked', async () => {
    const changes = [changeJson('aws_instance.a["(sensitive value)"]', ['delete'])];
    const { findings } = await judge(changes, { protectedAddresses: ['aws_instance.a["main"]'] });
    // Whatever `onUnknown` says: a plan masks a key by marking the same string sensitive anywhere.
    expect(findings).toMatchObject([{ rule: 'masked-address', certainty: 'violation' }]);
  });

  it('asks only for a masked address that a pattern could mean', async () => {
    const changes = [changeJson('aws_instance.a["(sensitive value)"]', ['delete'])];
    const rulesFor = (pattern: string) => rulesOf(changes, { protectedAddresses: [pattern] });
    expect(await rulesFor('module.db.*')).toEqual([]);
    expect(await rulesFor('aws_instance.b["main"]')).toEqual([]);
    for (const pattern of ['*["main"]', 'aws_*.a["main"]', 'aws_instance.?["main"]']) {
      expect(await rulesFor(pattern)).toEqual(['masked-address aws_instance.a["(sensitive value)"]']);
    }
  });

  it('limits the count and the share of what is destroyed, replacements included', async () => {
    const changes = [changeJson('aws_instance.a', ['delete']), changeJson('aws_instance.b', ['create', 'delete'])];
    expect(await rulesOf(changes, { maxDeletes: 2 })).toEqual([]);
    expect(await rulesOf(changes, { maxDeletes: 1 })).toEqual(['too-many-deletes']);
    expect(await rulesOf(changes, { maxDeleteShare: 0.7 })).toEqual([]);
    expect(await rulesOf(changes, { maxDeleteShare: 0.6 })).toEqual(['too-large-share']);
  });

  it('stops a run that destroys everything, unless that is meant', async () => {
    const all = {
      resource_changes: [changeJson('aws_instance.a', ['delete']), changeJson('data.aws_ami.x', ['read'])],
    };
    expect(await rulesOf([], {}, all)).toEqual(['destroy-run']);
    expect(await rulesOf([], { allowDestroyRun: true, maxDeletes: 0 }, all)).toEqual([]);
    const protectedToo = { resource_changes: [changeJson('aws_db_instance.a', ['delete'])] };
    expect(await rulesOf([], { allowDestroyRun: true }, protectedToo)).toEqual(['protected-delete aws_db_instance.a']);
  });

  it('lists a thousand and counts the rest', async () => {
    const changes = Array.from({ length: 1_005 }, (_, n) => changeJson(`aws_s3_bucket.b[${n}]`, ['delete']));
    const { findings, facts } = await judge(changes);
    expect(findings).toHaveLength(1_001);
    expect(findings.at(-1)?.message).toContain('5 more');
    expect(facts).toEqual({ destroyed: 1_005 });
  });

  it('says so when the plan is partial', async () => {
    expect((await judge([], {}, { complete: false })).summary).toBe(
      'Nothing is destroyed. The plan is partial: more may change later.',
    );
  });

  it('does not let an errored plan pass in silence', async () => {
    const { findings, summary } = await judge([], {}, { errored: true });
    expect(findings).toMatchObject([{ rule: 'errored-plan', severity: 'high', certainty: 'unknown' }]);
    expect(summary).toBe('Nothing is destroyed. Planning failed half way: what is listed is not all.');
  });

  it('counts what is deferred and not judged', async () => {
    const deferred = {
      reason: 'resource_config_unknown',
      resource_change: changeJson('aws_db_instance.a', ['delete']),
    };
    const { summary } = await judge([], {}, { deferred_changes: [deferred], complete: false });
    expect(summary).toBe(
      'Nothing is destroyed. The plan is partial: more may change later. Deferred and not judged: 1.',
    );
  });

  it('keeps its report small, and as bad, when everything goes and addresses are long', async () => {
    const address = (index: number): string => `aws_db_instance.a["${'k'.repeat(2_000)}${index}"]`;
    const changes = Array.from({ length: 3_000 }, (_, index) =>
      changeJson(address(index), ['delete'], { type: 'aws_db_instance' }),
    );
    const { findings } = await judge(changes, { allowDestroyRun: true });
    expect(JSON.stringify(findings).length).toBeLessThan(1_000_000);
    expect(findings.at(-1)).toMatchObject({ rule: 'protected-delete', severity: 'critical', certainty: 'violation' });
    expect(findings.at(-1)?.message).toBe(`${3_000 - findings.length + 1} more findings of the rule protected-delete.`);
  });
});
