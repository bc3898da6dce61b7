import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MASK } from '@rungate/checks';
import { CANARY_TRACES, canaryPlan } from '../../testing/canary-plan.js';
import { maskPlan } from './mask-plan.js';

const directory = mkdtempSync(path.join(tmpdir(), 'rungate-mask-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

let count = 0;

/** The masked text of a plan. */
function maskText(plan: unknown): string {
  const from = path.join(directory, `${++count}.json`);
  const to = `${from}.masked`;
  writeFileSync(from, typeof plan === 'string' ? plan : JSON.stringify(plan));
  maskPlan(from, to);
  expect(statSync(to).mode & 0o777).toBe(0o600);
  return readFileSync(to, 'utf8');
}

function mask(members: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(maskText({ format_version: '1.2', ...members })) as Record<string, unknown>;
}

const change = (members: Record<string, unknown>) => ({ address: 'aws_vpc.a', type: 'aws_vpc', change: members });

describe('maskPlan', () => {
  it('copies a plan without sensitive values as it is, numbers and escapes included', () => {
    const text = String.raw`{"format_version":"1.2","resource_changes":[{"n":12345678901234567890,"s":"\u003c","big":1e999}]}`;
    expect(maskText(text)).toBe(text);
  });

  it('follows the marks of changes into lists and whole subtrees, and leaves null to be seen', () => {
    const before = { a: 'short', list: [{ s: 1, t: 2 }, 'x'], map: { k: [true] }, none: null, open: 'o' };
    const before_sensitive = { a: true, list: [{ s: true }, true], map: true, none: true, missing: true };
    expect(
      mask({ resource_changes: [change({ before, before_sensitive, after: 'all', after_sensitive: true })] }),
    ).toEqual({
      format_version: '1.2',
      resource_changes: [
        change({
          before: { a: MASK, list: [{ s: MASK, t: 2 }, MASK], map: MASK, none: null, open: 'o' },
          before_sensitive,
          after: MASK,
          after_sensitive: true,
        }),
      ],
    });
  });

  it.each(['resource_changes', 'resource_drift'])('masks %s', (name) => {
    const masked = mask({ [name]: [change({ before: { p: 'x' }, before_sensitive: { p: true } })] });
    expect(masked[name]).toMatchObject([{ change: { before: { p: MASK } } }]);
  });

  it('masks deferred changes, outputs, states and action invocations', () => {
    const marked = change({ after: { p: 'x' }, after_sensitive: { p: true } });
    const root_module = {
      child_modules: [{ child_modules: [{ resources: [{ values: { p: 'x' }, sensitive_values: { p: true } }] }] }],
    };
    const outputs = { o: { sensitive: true, value: 'x' }, open: { sensitive: false, value: 'y' } };
    const masked = mask({
      deferred_changes: [{ reason: 'unknown', resource_change: marked }],
      output_changes: { o: { before: 'x', after: 'x', before_sensitive: true, after_sensitive: false } },
      planned_values: { outputs, root_module },
      prior_state: { values: { outputs, root_module } },
      action_invocations: [{ config_values: { p: 'x' }, config_sensitive: { p: true } }],
    });
    const state = {
      outputs: { o: { value: MASK }, open: { value: 'y' } },
      root_module: { child_modules: [{ child_modules: [{ resources: [{ values: { p: MASK } }] }] }] },
    };
    expect(masked).toMatchObject({
      deferred_changes: [{ resource_change: { change: { after: { p: MASK } } } }],
      output_changes: { o: { before: MASK, after: 'x' } },
      planned_values: state,
      prior_state: { values: state },
      action_invocations: [{ config_values: { p: MASK } }],
    });
  });

  it('masks what is given to variables that the configuration calls sensitive, in any module', () => {
    const masked = mask({
      variables: { p: { value: 'x' }, open: { value: 'x' } },
      configuration: {
        root_module: {
          variables: { p: { sensitive: true, default: 'd' }, open: { default: 'd' } },
          outputs: { o: { sensitive: true, expression: { constant_value: 'x' } } },
          module_calls: {
            outputs: {
              expressions: { p: { constant_value: 'x' }, q: { constant_value: 'x' } },
              module: { variables: { p: { sensitive: true }, q: {} } },
            },
          },
        },
      },
    });
    expect(masked).toMatchObject({
      variables: { p: { value: MASK }, open: { value: 'x' } },
      configuration: {
        root_module: {
          variables: { p: { default: MASK }, open: { default: 'd' } },
          outputs: { o: { expression: { constant_value: MASK } } },
          module_calls: { outputs: { expressions: { p: { constant_value: MASK }, q: { constant_value: 'x' } } } },
        },
      },
    });
  });

  it('joins the states of old plans, which have no marks, with the changes that have', () => {
    const masked = mask({
      planned_values: { root_module: { resources: [{ address: 'aws_vpc.a', values: { p: 'x', q: 'y' } }] } },
      resource_changes: [change({ after: { p: 'x' }, after_sensitive: { p: true } })],
    });
    expect(masked.planned_values).toEqual({
      root_module: { resources: [{ address: 'aws_vpc.a', values: { p: MASK, q: 'y' } }] },
    });
  });

  it('leaves no trace of a sensitive value that is marked once and planted everywhere', () => {
    const raw = JSON.stringify(canaryPlan());
    expect(raw.split('5up3r').length - 1).toBeGreaterThanOrEqual(12);
    const masked = maskText(raw);
    for (const trace of CANARY_TRACES) expect(masked).not.toContain(trace);
    expect(JSON.parse(masked)).toMatchObject({ resource_changes: [{ change: { after: { password: MASK } } }, {}] });
  });

  it('leaves what is masked as it is, so that a plan that is kept can be judged again', () => {
    const once = maskText(canaryPlan());
    expect(maskText(once)).toBe(once);
  });

  it('finds a sensitive value in what jsonencode made of it, with the escapes of Go', () => {
    const note = String.raw`{"Password":"a\u003cb\u003ec\u0026d-hunter2"}`;
    const output = { after: 'a<b>c&d-hunter2', after_sensitive: true };
    expect(mask({ note, output_changes: { output } })).toMatchObject({ note: `{"Password":"${MASK}"}` });
  });

  it('finds a sensitive value as base64encode and urlencode write it', () => {
    const secret = 'p@ss w&rd/9(1)';
    const url = 'postgres://u:p%40ss+w%26rd%2F9%281%29@db/x';
    const masked = mask({
      output_changes: { o: { after: secret, after_sensitive: true } },
      variables: { url: { value: url }, data: { value: Buffer.from(secret).toString('base64') } },
    });
    expect(masked.variables).toEqual({
      url: { value: `postgres://u:${MASK}@db/x` },
      data: { value: expect.stringMatching(/^\(sensitive value\)[^c]{0,4}$/) as string },
    });
  });

  it('finds a sensitive value behind escapes', () => {
    const masked = maskText(
      String.raw`{"format_version":"1.2","note":"\u0068unter2-hunter2","output_changes":{"o":{"after":"hunter2-hunter2","after_sensitive":true}}}`,
    );
    expect(JSON.parse(masked)).toMatchObject({ note: MASK });
  });

  it('cannot be used to hide which resource this is, or what becomes of it', () => {
    const entry = {
      address: 'aws_db_instance.main["aws_db_instance"]',
      type: 'aws_db_instance',
      change: { actions: ['delete'], before: { engine_version: 'aws_db_instance' } },
    };
    const secrets = ['aws_db_instance', 'resource_changes', 'engine_version', 'replace_paths'];
    const masked = mask({
      output_changes: { o: { after: secrets, after_sensitive: true } },
      resource_changes: [entry],
    });
    expect(masked.resource_changes).toEqual([
      {
        address: `aws_db_instance.main["${MASK}"]`,
        type: 'aws_db_instance',
        change: { actions: ['delete'], before: { engine_version: MASK } },
      },
    ]);
  });

  it('keeps members apart whose names are masked alike', () => {
    const after = { open: { 'secret-key-1': 1, 'secret-key-2': 2 } };
    const masked = mask({
      output_changes: { o: { after: ['secret-key-1', 'secret-key-2'], after_sensitive: true } },
      resource_changes: [change({ after })],
    });
    expect(masked.resource_changes).toEqual([change({ after: { open: { [MASK]: 1, [`${MASK} 2`]: 2 } } })]);
  });

  it.each([
    ['truncated', '{"format_version":"1.2","resource_changes":[{'],
    ['format_missing', '{"resource_changes":[]}'],
    ['syntax', '{"format_version":"1.2","planned_values":{"root_module":{oops}}}'],
  ])('refuses a plan that is %s', (code, text) => {
    expect(() => maskText(text)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
