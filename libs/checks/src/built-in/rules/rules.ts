import type { CheckInput, CheckPlugin, Plan, Report } from '../../check.js';
import { FindingList } from '../finding-list.js';
import { erroredPlan, planRemarks } from '../plan-remarks.js';
import { config, type RulesConfig } from './config.js';
import { RuleRun } from './rule-run.js';

/** Conditions on attributes of resources, written as data. */
export const rules: CheckPlugin<RulesConfig> = {
  contract: 1,
  name: 'rules',
  version: '1.0.0',
  title: 'Rules on resources',
  summary: 'Holds resources against conditions on their attributes: regions, sizes, tags, names, networks.',
  stages: ['post_plan', 'pre_apply'],
  needs: ['plan'],
  config,
  run: judge,
};

async function judge({ plan, config: settings }: CheckInput<RulesConfig>): Promise<Report> {
  if (plan === null) throw new Error('this stage has no plan to judge');
  const runs = settings.rules.map((rule) => new RuleRun(rule));
  const list = new FindingList();
  for (const finding of erroredPlan(plan)) list.add(finding);
  for await (const change of plan.changes()) {
    for (const run of runs) for (const finding of run.judge(change)) list.add(finding);
  }
  for (const run of runs) for (const finding of run.missing()) list.add(finding);
  if (runs.length === 0) list.add(NO_RULES);
  return {
    findings: list.toFindings(),
    summary: await summarize(runs, plan),
    facts: { applied: sum(runs, 'applied'), broken: sum(runs, 'broken') },
  };
}

const NO_RULES = {
  rule: 'no-rules',
  severity: 'low',
  message: 'No rules are configured: nothing is judged.',
  remediation: 'Add rules to the configuration of this check.',
  certainty: 'violation',
} as const;

async function summarize(runs: readonly RuleRun[], plan: Plan): Promise<string> {
  const broken = runs.filter((run) => run.broken > 0 || run.missing().length > 0);
  const count = runs.length === 1 ? '1 rule' : `${runs.length} rules`;
  const said =
    broken.length === 0
      ? `${count}, asked ${times(sum(runs, 'applied'))}: nothing to object to.`
      : `${broken.length} of ${count} not kept: ${names(broken.map(({ rule }) => rule.name))}.`;
  const unused = runs.filter((run) => run.applied === 0).map(({ rule }) => rule.name);
  const strangers = runs.flatMap((run) => run.strangers());
  return (
    said +
    (unused.length === 0 ? '' : ` Applied to no resource: ${names(unused)}.`) +
    (strangers.length === 0 ? '' : ` No resource has: ${names(strangers)}.`) +
    (await planRemarks(plan))
  );
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

const MAX_NAMED = 5;

function names(all: readonly string[]): string {
  const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
  return all.slice(0, MAX_NAMED).join(', ') + more;
}

function sum(runs: readonly RuleRun[], figure: 'applied' | 'broken'): number {
  return runs.reduce((total, run) => total + run[figure], 0);
}
