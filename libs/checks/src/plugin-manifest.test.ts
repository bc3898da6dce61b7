import { PluginCatalogue } from './plugin-catalogue.js';
import { readManifest, type PluginManifest } from './plugin-manifest.js';

const MANIFEST: PluginManifest = {
  contract: 1,
  name: 'naming',
  version: '1.0.0',
  title: 'Names',
  summary: 'Names follow a prefix.',
  stages: ['post_plan'],
  needs: ['plan'],
  configSchema: { type: 'object', properties: { prefix: { type: 'string' } } },
};

/** Deep enough to exhaust the stack of a careless reader. */
const NESTED: unknown = JSON.parse(`${'{"items":'.repeat(20_000)}{}${'}'.repeat(20_000)}`);

describe('readManifest', () => {
  it('takes what describes a plugin', () => {
    expect(readManifest(MANIFEST)).toEqual({ ok: true, manifest: MANIFEST });
  });

  it.each([
    [{ ...MANIFEST, contract: 2 }, /contract: is a version of the plugin contract that this Rungate does not know/],
    [{ ...MANIFEST, name: 'a b' }, /name: must be letters, digits/],
    [{ ...MANIFEST, version: 'new' }, /version: must be a semantic version/],
    [{ ...MANIFEST, title: 'a <img src=x>' }, /title: must be one line without HTML/],
    [{ ...MANIFEST, summary: 'two\nlines' }, /summary: must be one line/],
    [{ ...MANIFEST, stages: [] }, /stages/],
    [{ ...MANIFEST, grants: ['hosts'] }, /grants/],
    [{ ...MANIFEST, configSchema: { type: 'string' } }, /configSchema: must be the schema of an object/],
    [null, /description/],
    [undefined, /description/],
  ])('refuses %#', (value, reason) => {
    expect(readManifest(value)).toEqual({ ok: false, reason: expect.stringMatching(reason) as string });
  });

  it('bounds what it is given before it looks at it', () => {
    const reasons = [{ configSchema: NESTED }, { summary: 'x'.repeat(300_000) }].map((odd) => {
      const reading = readManifest({ ...MANIFEST, ...odd });
      return reading.ok ? 'taken' : reading.reason;
    });
    expect(reasons).toEqual([
      'its description is nested deeper than 32 levels',
      'its description is larger than 256 kB',
    ]);
  });
});

describe('PluginCatalogue', () => {
  const catalogue = new PluginCatalogue(() => [MANIFEST, { ...MANIFEST, name: 'plan-summary', needs: [] }]);

  it('shows the plugins of others beside those that ship', () => {
    const names = catalogue.entries().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['destructive-guard', 'plan-summary', 'naming']));
    expect(catalogue.entries().at(-2)).toMatchObject({ name: 'naming', configSchema: MANIFEST.configSchema });
  });

  it('knows their versions', () => {
    expect([catalogue.versionOf('naming'), catalogue.versionOf('nothing')]).toEqual(['1.0.0', null]);
    expect(catalogue.versionOf('plan-summary')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('knows what they need and what configuration they take', () => {
    expect([catalogue.needsPlan('naming'), catalogue.needsPlan('nothing')]).toEqual([true, false]);
    expect(catalogue.validate('naming', { prefix: 'a' })).toEqual({ ok: true, config: { prefix: 'a' } });
    expect(catalogue.validate('naming', { other: 1 })).toMatchObject({ ok: false, problems: [{ pointer: '/other' }] });
    expect(catalogue.validate('nothing', {})).toMatchObject({ ok: false });
  });

  it('gives the name of a plugin that ships to no other', () => {
    expect(catalogue.needsPlan('plan-summary')).toBe(true);
    expect(catalogue.validate('plan-summary', { prefix: 'a' })).toMatchObject({ ok: false });
  });
});
