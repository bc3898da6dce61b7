import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COUNTERS, createMetrics, GAUGES, HISTOGRAMS } from '@rungate/telemetry';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(__dirname, '..');
const directory = path.join(root, 'deploy/alerts');
const guide = readFileSync(path.join(root, 'docs/guides/operations.md'), 'utf8');

const rule = z.strictObject({
  alert: z.string().regex(/^Rungate[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[sm]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
});
const file = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) });

const rules = readdirSync(directory).flatMap((name) =>
  file.parse(parse(readFileSync(path.join(directory, name), 'utf8'))).groups.flatMap((group) => group.rules),
);

/** What stands under the heading of an alert. */
function sectionOf(alert: string): string {
  return new RegExp(`^### ${alert}\\n\\n([^]*?)(?=^###? |$(?![^]))`, 'm').exec(guide)?.[1] ?? '';
}

/** Names of metrics in an expression: what is no function, no label and no value of one. */
function metricsIn(expression: string): readonly string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\bby \([^)]*\)/g, '')
    .replaceAll(/\{[^}]*\}/g, '');
  return [...bare.matchAll(/\b[a-z][a-z0-9_]+\b(?!\s*\()/g)].map(([name]) => name);
}

describe('the alerts', () => {
  it('have different names', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    expect(rules.length).toBeGreaterThan(15);
  });

  it.each(rules.map(({ alert, labels, annotations }) => [alert, labels.severity, annotations.runbook] as const))(
    '%s has its section: what it means and what to do, step by step',
    (alert, severity, runbook) => {
      expect(runbook).toBe(`docs/guides/operations.md#${alert.toLowerCase()}`);
      const section = sectionOf(alert);
      expect(section).toMatch(new RegExp(`^_${severity}\\._ `));
      expect(section).toMatch(/^1\. /m);
      expect(section).toContain('`');
    },
  );

  it('are all that the guide explains', () => {
    const explained = [...guide.matchAll(/^### (Rungate\w+)$/gm)].map(([, name]) => name);
    expect(explained).toEqual(rules.map(({ alert }) => alert));
  });

  it('ask for metrics that there are, and compare labels that these have', async () => {
    const text = await createMetrics().text();
    const ours = new Map<string, readonly string[]>(
      Object.entries({ ...COUNTERS, ...GAUGES }).map(([name, { labels }]) => [name, labels]),
    );
    for (const { expr } of rules) {
      for (const name of metricsIn(expr)) {
        const isThere = name === 'up' || ours.has(name) || text.includes(`# TYPE ${name} `);
        expect({ expr, name, isThere }).toEqual({ expr, name, isThere: true });
      }
      for (const [, name = '', matchers = ''] of expr.matchAll(/(rungate_\w+)\{([^}]*)\}/g)) {
        const labels = [...matchers.matchAll(/(\w+)[!=]/g)].map(([, label]) => label);
        expect(ours.get(name)).toEqual(expect.arrayContaining(labels));
      }
    }
  });

  it('and the guide name no metric of ours that there is not', () => {
    const known = new Set([...Object.keys(COUNTERS), ...Object.keys(GAUGES), ...Object.keys(HISTOGRAMS)]);
    const named = [...guide.matchAll(/\brungate_[a-z_]+[a-z]\b/g)].map(([name]) => name);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
