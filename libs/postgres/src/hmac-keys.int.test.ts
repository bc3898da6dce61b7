import { createHmac } from 'node:crypto';
import { diagnoseRefusal, type Actor, type HmacKeyInfo } from '@rungate/run-task';
import { HOOK_SECRET } from '@rungate/run-task/testing';
import { anOrganization, startTestPostgres, type TestOrganization, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

const BY: Actor = { kind: 'bootstrap', id: null, name: 'bootstrap', role: 'bootstrap', address: null };

describe('HMAC keys', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let first: string;
  let count = 0;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    count += 1;
    first = `${HOOK_SECRET}-acme-${count}`;
    acme = await anOrganization(db, `acme-${count}`);
  });

  const key = (name: string): string => `${name}-${count}`.padEnd(40, '-');
  const place = () => ({ organizationId: acme.organization.id, runTaskId: acme.runTask.id, by: BY });
  const rotate = (secret: string, overlapHours = 72) =>
    db.postgres.runTasks.rotateHmacKey({ ...place(), secret, overlapHours });
  const keys = async (): Promise<readonly HmacKeyInfo[]> => {
    const runTask = await db.postgres.runTasks.find(acme.organization.id, acme.runTask.name);
    return runTask?.hmacKeys ?? [];
  };
  const states = async (): Promise<string[]> => (await keys()).map(({ state }) => state);
  /** As the ingress of another process, which remembers no hook. */
  const valid = async (): Promise<readonly string[]> => {
    const { hooks } = await db.open();
    const hook = await hooks.findHook(acme.runTask.hookId);
    const ids = new Set(hook?.keys.map(({ id }) => id));
    return (await keys()).filter(({ id }) => ids.has(id)).map(({ state }) => state);
  };
  const send = async (keyId: string) => {
    const answer = await db.postgres.hooks.recordTaskResult(
      acme.request(`taskrs-${keyId}-${Math.random()}`, { keyId }),
    );
    return answer.kind;
  };
  const idOf = async (state: HmacKeyInfo['state']): Promise<string> =>
    (await keys()).find((candidate) => candidate.state === state)?.id ?? '';
  const overlapEnds = () =>
    db.query(
      `UPDATE hmac_keys SET retires_at = now() - interval '1 second' WHERE run_task_id = $1 AND state = 'retiring'`,
      [acme.runTask.id],
    );
  const events = async (): Promise<string[]> => {
    const rows = await db.query<{ action: string }>(
      `SELECT action FROM audit_events WHERE organization_id = $1 AND action LIKE 'hmac-key.%' ORDER BY id`,
      [acme.organization.id],
    );
    return rows.map(({ action }) => action);
  };

  it('overlap after a rotation: both count, the new one is the newest', async () => {
    const answer = await rotate(key('new'));
    expect(answer).toMatchObject({ key: { state: 'active', lastUsedAt: null }, retiring: [{ state: 'retiring' }] });
    expect(await valid()).toEqual(['active', 'retiring']);
    expect(await send(await idOf('retiring'))).toBe('recorded');
    expect(await send(await idOf('active'))).toBe('recorded');
    expect(await events()).toEqual(['hmac-key.created']);
  });

  it('retire after the overlap when the newer one was seen', async () => {
    await rotate(key('new'));
    await send(await idOf('active'));
    const old = await idOf('retiring');
    await overlapEnds();
    // At once, whether or not a keeper came by.
    expect(await states()).toEqual(['active', 'revoked']);
    expect(await valid()).toEqual(['active']);
    expect(await send(old)).toBe('refused');
    expect(await db.postgres.schedule.retireHmacKeys(50)).toMatchObject([{ became: 'retired' }]);
    expect(await db.postgres.schedule.retireHmacKeys(50)).toEqual([]);
    expect((await keys())[1]).toMatchObject({ state: 'revoked', retiresAt: null, revokedAt: expect.any(Date) as Date });
    expect(await events()).toEqual(['hmac-key.created', 'hmac-key.retired']);
  });

  it('do not retire before the newer one was seen: kept once as long again, then hour by hour, then at once', async () => {
    await rotate(key('new'), 10);
    const old = await idOf('retiring');
    await overlapEnds();
    expect(await valid()).toEqual(['active', 'retiring']);
    expect(await send(old)).toBe('recorded');
    expect(await db.postgres.schedule.retireHmacKeys(50)).toMatchObject([{ became: 'extended' }]);
    const [, extended] = await keys();
    expect(extended).toMatchObject({ state: 'retiring', extendedAt: expect.any(Date) as Date });
    expect(hoursUntil(extended?.retiresAt)).toBeCloseTo(10, 1);
    await overlapEnds();
    expect(await db.postgres.schedule.retireHmacKeys(50)).toMatchObject([{ became: 'waiting' }]);
    expect(hoursUntil((await keys())[1]?.retiresAt)).toBeCloseTo(1, 1);
    expect(await send(old)).toBe('recorded');
    await send(await idOf('active'));
    await overlapEnds();
    expect(await send(old)).toBe('refused');
    expect(await db.postgres.schedule.retireHmacKeys(50)).toMatchObject([{ became: 'retired' }]);
    expect(await events()).toEqual(['hmac-key.created', 'hmac-key.extended', 'hmac-key.retired']);
  });

  it('end at once when they are revoked, also for a process that remembers them', async () => {
    const [known] = await keys();
    const id = known?.id ?? '';
    expect(await send(id)).toBe('recorded');
    expect(await db.postgres.runTasks.revokeHmacKey({ ...place(), id })).toMatchObject({ id, state: 'revoked' });
    expect(await send(id)).toBe('refused');
    expect(await db.postgres.runTasks.revokeHmacKey({ ...place(), id })).toMatchObject({ id, state: 'revoked' });
    expect(await events()).toEqual(['hmac-key.revoked']);
    const unknown = '0190a000-0000-7000-8000-000000000001';
    expect(await db.postgres.runTasks.revokeHmacKey({ ...place(), id: unknown })).toBeNull();
  });

  it('end at once without an overlap', async () => {
    await rotate(key('second'));
    await rotate(key('third'), 0);
    expect(await states()).toEqual(['active', 'revoked', 'revoked']);
  });

  it('are at most five at a time, and none comes back that was revoked', async () => {
    for (const name of ['2', '3', '4', '5']) expect(await rotate(key(name))).toHaveProperty('key');
    expect(await rotate(key('6'))).toEqual({ rejected: 'too_many_keys' });
    expect(await rotate(key('5'))).toEqual({ rejected: 'key_in_use' });
    expect(await rotate(key('4'))).toHaveProperty('key');
    await db.postgres.runTasks.revokeHmacKey({ ...place(), id: await idOf('active') });
    expect(await rotate(key('4'))).toEqual({ rejected: 'key_revoked' });
    expect(await rotate(key('6'))).toHaveProperty('key');
  });

  it('refuse no request while they rotate, and the old one stops when it should', async () => {
    const processes = await Promise.all([db.open(), db.open()]);
    const answers: string[] = [];
    const ended = new AbortController();
    const caller = { secretInUse: first };
    const traffic = processes.map(async ({ hooks }) => {
      while (!ended.signal.aborted) {
        const hook = await hooks.findHook(acme.runTask.hookId);
        const body = Buffer.from(String(Math.random()));
        const signature = createHmac('sha512', caller.secretInUse).update(body).digest('hex');
        const signer = hook?.keys.find((candidate) => candidate.verify(body, signature));
        if (hook === null || signer === undefined) answers.push('unsigned');
        else {
          const request = acme.request(`taskrs-${String(Math.random())}`, { hook, keyId: signer.id });
          answers.push((await hooks.recordTaskResult(request)).kind);
        }
      }
    });
    // A caller takes the new key some time after the rotation; a cache may be 2 s old.
    for (const name of ['a', 'b', 'c']) {
      await rotate(key(name));
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      caller.secretInUse = key(name);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    ended.abort();
    await Promise.all(traffic);
    expect(answers.length).toBeGreaterThan(100);
    expect(new Set(answers)).toEqual(new Set(['recorded']));
    const old = (await keys()).filter(({ state }) => state === 'retiring');
    expect(old).toHaveLength(3);
    await overlapEnds();
    for (const { id } of old) expect(await send(id)).toBe('refused');
    expect(await send(await idOf('active'))).toBe('recorded');
  });

  it('tell why a signature was refused, from keys of the same organization alone', async () => {
    const other = await anOrganization(db, `other-${count}`);
    const { hooks, runTasks } = db.postgres;
    const body = Buffer.from('{}');
    const look = async (secret: string) => {
      const signature = createHmac('sha512', secret).update(body).digest('hex');
      const request = { hookId: acme.runTask.hookId, rawBody: body, signature, count: 1 };
      return (await diagnoseRefusal(hooks, request))?.cause ?? null;
    };
    await runTasks.put({
      organizationId: acme.organization.id,
      name: 'second',
      settings: acme.runTask,
      hmacKey: { secret: key('second'), given: true },
      overlapHours: 72,
      guardedOrigins: { origins: [], approve: true },
      expected: {},
      allow: () => undefined,
      by: BY,
      reason: null,
      dryRun: false,
    });
    await rotate(key('new'), 0);
    expect(await look(key('new'))).toBeNull();
    expect(await look(`${key('new')}\n`)).toBe('key_with_blanks');
    expect(await look(first)).toBe('revoked_key');
    expect(await look(key('second'))).toBe('key_of_another_run_task');
    expect(await look(`${HOOK_SECRET}-${other.organization.slug}`)).toBe('unknown');
    const page = { organizationId: acme.organization.id, runTaskId: acme.runTask.id, limit: 10, after: null };
    const refusals = await runTasks.listRefusals(page);
    expect(refusals.reduce((sum, refusal) => sum + refusal.count, 0)).toBe(4);
    expect(refusals.at(-1)).toMatchObject({ reason: 'bad_signature', cause: 'key_with_blanks' });
    const last = refusals.at(-1);
    const older = last === undefined ? null : { minute: last.minute, reason: last.reason };
    expect(await runTasks.listRefusals({ ...page, after: older })).toEqual([]);
  });
});

function hoursUntil(moment: Date | null | undefined): number {
  return ((moment?.getTime() ?? 0) - Date.now()) / 3_600_000;
}
