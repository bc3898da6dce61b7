import type { Action, CheckInput, CheckPlugin, Finding, Report, ResourceChange } from '../check.js';
import { z } from '../schema.js';
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
interface Counts {
  create: number;
  update: number;
  delete: number;
  replace: number;
  forget: number;
  import: number;
}

async function summarize({ plan, config: { maxRows } }: CheckInput<PlanSummaryConfig>): Promise<Report> {
  if (plan === null) throw new Error('this stage has no plan to summarize');
  const total = noCounts();
  const byModule = new Map<string, Counts>();
  const byType = new Map<string, Counts>();
  for await (const change of plan.changes()) {
    const kinds = change.mode === 'data' ? [] : kindsOf(change);
    for (const kind of kinds) {
      total[kind]++;
      countsOf(byModule, change.moduleAddress ?? 'root module')[kind]++;
      countsOf(byType, change.type)[kind]++;
    }
  }
  const findings = [...rows('module', byModule, maxRows), ...rows('type', byType, maxRows)];
  return { findings, summary: planLine(total) + (await planRemarks(plan)), facts: { ...total } };
}

/** As terraform's own line counts: a deposed object counts, a data source and an object that stays do not. */
function kindsOf({ change }: ResourceChange): readonly (keyof Counts)[] {
  const kinds: (keyof Counts)[] = change.importing === null ? [] : ['import'];
  const has = (action: Action): boolean => change.actions.includes(action);
  if (has('create') && has('delete')) return [...kinds, 'replace'];
  if (has('create')) kinds.push('create');
  if (has('update')) kinds.push('update');
  if (has('delete')) kinds.push('delete');
  if (has('forget')) kinds.push('forget');
  return kinds;
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
  return Object.values(counts).reduce<number>((total, count) => total + Number(count), 0);
}

function countsOf(groups: Map<string, Counts>, name: string): Counts {
  const counts = groups.get(name) ?? noCounts();
  groups.set(name, counts);
  return counts;
}

function noCounts(): Counts {
  return { create: 0, update: 0, delete: 0, replace: 0, forget: 0, import: 0 };
}
