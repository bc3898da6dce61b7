import { anOrganization, startTestPostgres, type TestOrganization, type TestPostgres } from '@rungate/postgres/testing';
import { purposesOf } from './purposes.js';

jest.setTimeout(60_000);

describe('a process holds the keys of its roles', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  beforeAll(async () => {
    db = await startTestPostgres();
    acme = await anOrganization(db, 'acme');
  });
  afterAll(() => db.close());

  it('ingress verifies and seals, and cannot open a stored grant', async () => {
    const ingress = await db.open({ purposes: purposesOf(['ingress']) });
    expect((await ingress.hooks.findHook(acme.runTask.hookId))?.keys).toHaveLength(1);
    expect(await ingress.hooks.recordTaskResult(acme.request('taskrs-1'))).toEqual({ kind: 'recorded' });
    const [lease] = await ingress.schedule.claim('ingress', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    await expect(ingress.tasks.loadEvaluation(lease)).rejects.toMatchObject({ code: 'bad_key' });
    const worker = await db.open({ purposes: purposesOf(['worker']) });
    expect(await worker.tasks.loadEvaluation(lease)).not.toBeNull();
  });

  it('a worker opens grants, and no HMAC key', async () => {
    const worker = await db.open({ purposes: purposesOf(['worker']) });
    await expect(worker.hooks.findHook(acme.runTask.hookId)).rejects.toMatchObject({ code: 'bad_key' });
    await expect(anOrganization({ postgres: worker }, 'by-worker')).rejects.toMatchObject({ code: 'bad_key' });
  });

  it('the API makes organizations and keys, and cannot open a stored grant', async () => {
    const api = await db.open({ purposes: purposesOf(['api']) });
    const globex = await anOrganization({ postgres: api }, 'globex');
    await db.postgres.hooks.recordTaskResult(globex.request('taskrs-2'));
    const [lease] = await api.schedule.claim('api', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    await expect(api.tasks.loadEvaluation(lease)).rejects.toMatchObject({ code: 'bad_key' });
  });
});
