import { InMemoryQuarantineReader, PLATFORM } from '@rungate/run-task/testing';
import { ApiUnderTest } from '../testing/index.js';

const PLUGIN = {
  use: 'naming',
  pluginVersion: '1.2.0',
  since: new Date('2026-11-22T11:30:00Z'),
  until: new Date('2026-11-22T12:30:00Z'),
};
const SHOWN = { ...PLUGIN, since: '2026-11-22T11:30:00.000Z', until: '2026-11-22T12:30:00.000Z' };

describe('quarantines', () => {
  const quarantines = new InMemoryQuarantineReader();
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await new ApiUnderTest().start({ options: { quarantines } });
    for (const slug of ['acme', 'globex']) {
      await api.ask('PUT', `/organizations/${slug}`, { body: {} });
      const organization = await api.options.organizations.find(PLATFORM, slug);
      const place = { organizationId: organization?.id ?? '', runTaskId: 'r', check: 'names' };
      quarantines.shown.push({ ...PLUGIN, id: `of-${slug}`, place, runTask: 'guard', failure: 'memory', count: 3 });
    }
    quarantines.shown.push({ ...PLUGIN, id: 'for-all', place: null, runTask: null, failure: null, count: 4 });
  });
  afterEach(async () => {
    quarantines.shown.length = 0;
    await api.stop();
  });

  it('of an organization are shown to its people, and none of another', async () => {
    const answer = await api.ask('GET', '/organizations/acme/quarantines');
    const of = { runTask: 'guard', check: 'names', failure: 'memory', deaths: 3 };
    expect(answer.json()).toEqual({ items: [{ ...SHOWN, ...of, id: 'of-acme' }], nextCursor: null });
  });

  it('are lifted by an administrator, those of his organization alone', async () => {
    const headers = { authorization: `Bearer ${await api.tokenOf('acme', 'admin')}` };
    const lift = (path: string) => api.ask('DELETE', path, { headers }).then(({ statusCode }) => statusCode);
    expect(await lift('/organizations/acme/quarantines/of-globex')).toBe(404);
    expect(await lift('/organizations/acme/quarantines/for-all')).toBe(404);
    expect(await lift('/quarantines/for-all')).toBe(403);
    expect(await lift('/organizations/acme/quarantines/of-acme')).toBe(204);
    expect(quarantines.shown.map(({ id }) => id)).toEqual(['of-globex', 'for-all']);
  });

  it('for everybody are for the platform', async () => {
    const answer = await api.ask('GET', '/quarantines');
    expect(answer.json()).toEqual({ items: [{ ...SHOWN, id: 'for-all', organizations: 4 }], nextCursor: null });
    expect((await api.ask('DELETE', '/quarantines/for-all')).statusCode).toBe(204);
    expect((await api.ask('DELETE', '/quarantines/for-all')).statusCode).toBe(404);
  });
});
