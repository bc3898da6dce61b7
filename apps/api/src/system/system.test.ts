import { readShape, routes, type SystemBody } from '@rungate/contract';
import { ApiUnderTest } from '../testing/index.js';

describe('/system', () => {
  it('says how this process and the installation are doing', async () => {
    const api = await new ApiUnderTest().start();
    const response = await api.ask('GET', '/system');
    await api.stop();
    expect(readShape(routes.getSystem.responses[200].shape, response.json()).ok).toBe(true);
    expect(response.json()).toMatchObject({ process: { status: 'OK' }, queue: { backend: 'postgres' }, workers: [] });
  });

  it.each<[string, object, RegExp | null]>([
    ['the bootstrap token outlives the first owner', {}, /bootstrap token/],
    ['nothing is wrong', { bootstrapToken: null }, null],
    ['it is for development', { bootstrapToken: null, development: true }, /Development/],
  ])('warns when %s', async (_, options, warning) => {
    const api = await new ApiUnderTest().start();
    const token = await api.platformToken('operator');
    await api.stop();
    const other = await new ApiUnderTest().start({ options: { ...options, apiTokens: api.options.apiTokens } });
    const response = await other.ask('GET', '/system', { headers: { authorization: `Bearer ${token}` } });
    await other.stop();
    const { warnings } = response.json<SystemBody>();
    expect(warnings).toHaveLength(warning === null ? 0 : 1);
    if (warning !== null) expect(warnings[0]).toMatch(warning);
  });
});
