import { callbackDocument, type CallbackDocument } from '../model/callback.js';
import type { Check, CheckEnd, CheckResult } from '../model/check.js';
import { judge } from '../model/judge.js';
import { outcomesOf } from '../model/outcome.js';
import { verdictOf, type Judgement } from '../model/verdict.js';
import { whyNotApplied, type WhenFacts } from '../model/when.js';
import type { RunFacts } from '../model/run-facts.js';
import type { Catalogue, CheckRunner, FetchedPlan } from '../ports.js';

/** What a rehearsal touches: it calls nobody and stores nothing. */
export interface RehearsePorts {
  readonly runner: CheckRunner;
  readonly catalogue: Catalogue;
}

/** A run that did not happen, and the plan that it would have had. */
export interface Rehearsal {
  readonly organizationId: string;
  /** Unique among what the runner does at once. */
  readonly rehearsalId: string;
  readonly run: RunFacts;
  /** What is known for the `when` of a check; what is not, keeps none away. */
  readonly known: WhenFacts;
  /** Checks of this stage. */
  readonly checks: readonly Check[];
  /** Removed at the end; null: there is none. */
  readonly plan: FetchedPlan | null;
}

/** What a run task with these checks would have answered. */
export interface Rehearsed extends Judgement {
  readonly results: readonly CheckResult[];
  readonly callback: CallbackDocument;
  /** Why the plan could not be read, where a check needed it; then the verdict says nothing. */
  readonly refusal: string | null;
}

/** Judges as the platform does: masked and checked in the sandbox, with the same rules for the verdict. */
export async function rehearse(
  ports: RehearsePorts,
  rehearsal: Rehearsal,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress?: (done: number) => void },
): Promise<Rehearsed> {
  const { run, known, checks, plan } = rehearsal;
  const ends: CheckEnd[] = checks.flatMap((check) => {
    const detail = whyNotApplied(check.when, known);
    return detail === null ? [] : [notAppliedEnd(check, detail)];
  });
  const applied = checks.filter(({ name }) => !ends.some(({ check }) => check === name));
  const ran: CheckEnd[] = [];
  try {
    await runChecks(ports, { ...rehearsal, checks: applied }, signal, (end) => {
      ran.push(end);
      progress?.(ran.length);
    });
  } finally {
    await plan?.dispose();
  }
  const all = [...ends, ...ran];
  const results = checks.map((check) => judge(check, all.find((end) => end.check === check.name) ?? lost(check)));
  const { verdict, message } = verdictOf(run.stage, results);
  const callback = callbackDocument({ status: verdict, message, outcomes: outcomesOf(results, checks) });
  return { verdict, message, results, callback, refusal: refusalIn(all) };
}

async function runChecks(
  { runner, catalogue }: RehearsePorts,
  { organizationId, rehearsalId: taskResultId, run, checks, plan }: Rehearsal,
  signal: AbortSignal,
  ended: (end: CheckEnd) => void,
): Promise<void> {
  if (checks.length === 0) return;
  const isNeeded = checks.some(({ use, when }) => catalogue.needsPlan(use) || when?.changes !== undefined);
  const assignment = { organizationId, taskResultId, run, plan: isNeeded ? plan : null, checks };
  await runner.run(assignment, ended, signal);
}

function notAppliedEnd({ name }: Check, detail: string): CheckEnd {
  return { kind: 'not_applied', check: name, detail, durationMs: 0, isolation: null, log: [] };
}

/** A check that the sandbox forgot must not count as passed. */
function lost({ name }: Check): CheckEnd {
  return {
    kind: 'errored',
    check: name,
    reason: 'crashed',
    detail: 'the runner gave no result',
    durationMs: 0,
    isolation: null,
    log: [],
  };
}

function refusalIn(ends: readonly CheckEnd[]): string | null {
  const refused = ends.find((end) => end.kind === 'errored' && end.reason === 'plan_unavailable');
  return refused?.kind === 'errored' ? refused.detail : null;
}
