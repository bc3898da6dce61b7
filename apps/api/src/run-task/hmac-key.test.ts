import { createHash } from 'node:crypto';
import { readShape, routes } from '@rungate/contract';
import { CountingIds, FixedClock, InMemoryRunTaskStore } from '@rungate/run-task/testing';
import { ApiUnderTest, pointers } from '../testing/index.js';

const PATH = '/organizations/acme/run-tasks/guard';
const KEYS = `${PATH}/hmac-keys`;
const OTHER = 'o'.repeat(40);

interface Created {
  readonly id: string;
  readonly hmacKey: string;
  readonly hmacKeyFingerprint: string;
}

describe('…/hmac-keys', () => {
  let api: ApiUnderTest;
  let runTasks: InMemoryRunTaskStore;
  beforeEach(async () => {
    runTasks = new InMemoryRunTaskStore(new FixedClock(), new CountingIds());
    api = await new ApiUnderTest().start({ options: { runTasks } });
    await api.ask('PUT', '/organizations/acme', { body: {} });
    await api.ask('PUT', PATH, { body: { terraformOrigin: 'https://app.terraform.io' } });
  });
  afterEach(() => api.stop());

  it('rotates: the new key is answered once, the one before it retires', async () => {
    const response = await api.ask('POST', KEYS, { body: {} });
    expect(response.statusCode).toBe(201);
    const created = response.json<Created>();
    expect(readShape(routes.createHmacKey.responses[201].shape, created).ok).toBe(true);
    expect(created.hmacKey).toMatch(/^[0-9a-f]{64}$/);
    expect(created.hmacKeyFingerprint).toBe(createHash('sha256').update(created.hmacKey).digest('hex').slice(0, 8));
    const shown = await api.ask('GET', PATH);
    expect(shown.json()).toMatchObject({ hmacKeys: [{ id: created.id, state: 'active' }, { state: 'retiring' }] });
    expect(shown.body).not.toContain(created.hmacKey);
  });

  it('takes a key that is supplied, and hands it over sealed to whom it is told', async () => {
    const created = await api.ask('POST', KEYS, { body: { hmacKey: OTHER, overlapHours: 1 } });
    expect(created.json()).toMatchObject({ hmacKey: OTHER });
    const wrong = { sealedTo: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } };
    const refused = await api.ask('POST', KEYS, { body: { deliver: wrong } });
    expect([refused.statusCode, pointers(refused)]).toEqual([400, ['/deliver/sealedTo']]);
  });

  it('refuses a key of another run task as it refuses a short one', async () => {
    await api.ask('PUT', '/organizations/acme/run-tasks/other', {
      body: { terraformOrigin: 'https://app.terraform.io', hmacKey: OTHER },
    });
    const inUse = await api.ask('POST', KEYS, { body: { hmacKey: OTHER } });
    const short = await api.ask('POST', KEYS, { body: { hmacKey: 'short' } });
    expect(inUse.statusCode).toBe(400);
    expect(inUse.json()).toEqual(short.json());
  });

  it('bounds the keys that count, and the overlap', async () => {
    for (let index = 0; index < 4; index++) expect((await api.ask('POST', KEYS, { body: {} })).statusCode).toBe(201);
    const tooMany = await api.ask('POST', KEYS, { body: {} });
    expect(tooMany.statusCode).toBe(429);
    expect(tooMany.body).toContain('revoke one first');
    expect(pointers(await api.ask('POST', KEYS, { body: { overlapHours: -1 } }))).toEqual(['/overlapHours']);
  });

  it('revokes a key; one that there is not is not found', async () => {
    const { id } = (await api.ask('POST', KEYS, { body: {} })).json<Created>();
    expect((await api.ask('DELETE', `${KEYS}/${id}`)).statusCode).toBe(204);
    expect((await api.ask('DELETE', `${KEYS}/0190a000-0000-7000-8000-0000000000ff`)).statusCode).toBe(404);
    expect((await api.ask('GET', PATH)).json<{ hmacKeys: object[] }>().hmacKeys).toContainEqual(
      expect.objectContaining({ id, state: 'revoked' }),
    );
  });

  it('answers a repetition under the same Idempotency-Key without the key, and makes no second one', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = (await api.ask('POST', KEYS, { body: {}, headers })).json<Created>();
    const again = await api.ask('POST', KEYS, { body: {}, headers });
    expect(again.statusCode).toBe(201);
    expect(again.json()).toMatchObject({ id: first.id, hmacKeyFingerprint: first.hmacKeyFingerprint });
    expect(again.body).not.toContain(first.hmacKey);
    expect((await api.ask('GET', PATH)).json<{ hmacKeys: object[] }>().hmacKeys).toHaveLength(2);
  });

  it('lists refusals page by page', async () => {
    const at = (minute: number) => ({
      reason: 'bad_signature' as const,
      cause: 'key_with_blanks' as const,
      minute: new Date(Date.UTC(2026, 0, 1, 0, minute)),
      count: 3,
      detail: 'why',
    });
    runTasks.refusals = [at(2), at(1)];
    const first = await api.ask('GET', `${PATH}/refusals?limit=1`);
    expect(readShape(routes.listRefusals.responses[200].shape, first.json()).ok).toBe(true);
    const { items, nextCursor } = first.json<{ items: object[]; nextCursor: string }>();
    expect(items).toMatchObject([{ cause: 'key_with_blanks', minute: '2026-01-01T00:02:00.000Z', count: 3 }]);
    const second = await api.ask('GET', `${PATH}/refusals?limit=1&cursor=${nextCursor}`);
    expect(second.json()).toMatchObject({ items: [{ minute: '2026-01-01T00:01:00.000Z' }], nextCursor: null });
  });
});
