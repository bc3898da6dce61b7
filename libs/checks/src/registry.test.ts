import { catalogue, findPlugin, needsPlan, validateCheckConfig } from './registry.js';

describe('registry', () => {
  it('finds plugins by name, and nothing by the names of objects', () => {
    expect(findPlugin('destructive-guard')?.title).toBe('Destructive changes');
    expect(findPlugin('constructor')).toBeNull();
    expect(needsPlan('plan-summary')).toBe(true);
    expect(needsPlan('nothing')).toBe(false);
  });

  it('describes every plugin as data, with a schema that refuses unknown keys', () => {
    const entries = catalogue();
    expect(entries.map(({ name }) => name)).toEqual(['rules', 'destructive-guard', 'plan-summary']);
    for (const entry of entries) {
      expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
      expect(entry.configSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(entry.configSchema).not.toHaveProperty('required');
    }
  });

  it('takes an empty configuration for every plugin', () => {
    for (const { name } of catalogue()) expect(validateCheckConfig(name, {})).toEqual({ ok: true, config: {} });
  });

  it('points at what is wrong with a configuration', () => {
    const config = { maxDeletes: -1, protectedTypes: ['aws_*', ''], 'a/b': 1 };
    const validation = validateCheckConfig('destructive-guard', config);
    expect(validation.ok).toBe(false);
    expect(validation.ok ? [] : validation.problems.map(({ pointer }) => pointer).sort()).toEqual([
      '/a~1b',
      '/maxDeletes',
      '/protectedTypes/1',
    ]);
  });

  it('refuses a configuration that is no object, and a plugin that is not there', () => {
    expect(validateCheckConfig('plan-summary', [])).toMatchObject({ ok: false, problems: [{ pointer: '' }] });
    expect(validateCheckConfig('nothing', {})).toEqual({
      ok: false,
      problems: [{ pointer: '', message: 'There is no check plugin named "nothing".' }],
    });
  });
});
