import type { ChangeAction } from '@rungate/run-task';
import type { CheckInput, CheckPlugin, Finding, Report } from '../check.js';
import { z } from '../schema.js';
import { actionsOf } from './change-kind.js';
import { planRemarks } from './plan-remarks.js';

const config = z.strictObject({
  maxRows: z.int().min(0).max(1_000).default(50).describe('Rows of the tables by module and by type, each.'),
});

/** Configuration of `plan-summary`, defaults filled in. */
export type PlanSummaryConfig = z.infer<typeof config>;

/** Says what a run changes, and judges nothing. */
export const planSummary: CheckPlugin<PlanSummaryConfig> = {
  contract: 1,
  name: 'plan-summary',
  version: '1.0.0',
  title: 'Plan summary',
  summary: 'Says what a run changes, by module and by type, and never fails it.',
  stages: ['post_plan', 'pre_apply'],
  needs: ['plan'],
  config,
  run: summarize,
};

/** Resources by what becomes of them; a replacement is counted once, an import besides. */
type Counts = Record<ChangeAction, number>;

async function summarize({ plan, config: { maxRows } }: CheckInput<PlanSummaryConfig>): Promise<Report> {
  if (plan === null) throw new Error('this stage has no plan to summarize');
  const total = noCounts();
  const byModule = new Map<string, Counts>();
  const byType = new Map<string, Counts>();
  for await (const change of plan.changes()) {
    for (const kind of actionsOf(change)) {
      total[kind]++;
      countsOf(byModule, change.moduleAddress ?? 'root module')[kind]++;
      countsOf(byType, change.type)[kind]++;
    }
  }
  const findings = [...rows('module', byModule, maxRows), ...rows('type', byType, maxRows)];
  return { findings, summary: planLine(total) + (await planRemarks(plan)), facts: { ...total } };
}

/** Terraform's "Plan:" line, where a replacement is one to add and one to destroy. */
function planLine(counts: Counts): string {
  const imports = counts.import === 0 ? '' : `${counts.import} to import, `;
  const forgets = counts.forget === 0 ? '' : `, ${counts.forget} to forget`;
  const add = counts.create + counts.replace;
  const destroy = counts.delete + counts.replace;
  if (Object.values(counts).every((count) => count === 0)) return 'No changes.';
  return `Plan: ${imports}${add} to add, ${counts.update} to change, ${destroy} to destroy${forgets}.`;
}

function rows(by: 'module' | 'type', groups: ReadonlyMap<string, Counts>, most: number): readonly Finding[] {
  const sorted = [...groups].sort(([nameA, a], [nameB, b]) => sum(b) - sum(a) || (nameA < nameB ? -1 : 1));
  return sorted.slice(0, most).map(([name, counts]) => ({
    rule: `by-${by}`,
    severity: 'info',
    message: `${name}: ${describe(counts)}`,
    certainty: 'violation',
  }));
}

function describe(counts: Counts): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function countsOf(groups: Map<string, Counts>, name: string): Counts {
  const counts = groups.get(name) ?? noCounts();
  groups.set(name, counts);
  return counts;
}

function noCounts(): Counts {
  return { create: 0, update: 0, delete: 0, replace: 0, forget: 0, import: 0 };
}
