import type { InputStore, StoredRun } from '../input-ports.js';
import type { TakenItem } from '../management/operation-store.js';
import type { Verdict } from '../model/verdict.js';
import type { Catalogue, FetchedPlan } from '../ports.js';
import { rehearse, type RehearsePorts } from './rehearse.js';
import { runFacts } from './run-facts.js';

/** What judging again touches: it calls nobody. */
export interface ReevaluatePorts extends RehearsePorts {
  readonly inputs: InputStore;
  /** Unpacks a plan onto the disk; null when there is no room. */
  readonly unpackPlan: (organizationId: string, gzip: Uint8Array) => Promise<FetchedPlan | null>;
}

/** What came of it. */
export type Reevaluated =
  | { readonly kind: 'judged'; readonly verdict: Verdict; readonly isSame: boolean }
  | { readonly kind: 'refused'; readonly why: ReevaluationRefusal }
  /** It could not be done now; one sentence. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Why a run is not judged again. */
export type ReevaluationRefusal =
  /** Its details are gone, or it never was. */
  | 'gone'
  | 'undecided'
  /** A check needs the plan, and it is not kept, or no longer. */
  | 'no_plan'
  | 'too_large';

/**
 * Lets the checks that the run task has today judge the plan that was kept: the same way as then, and nothing is called back.
 * The result stands beside the first.
 */
export async function reevaluate(ports: ReevaluatePorts, item: TakenItem, signal: AbortSignal): Promise<Reevaluated> {
  const { organizationId, taskResultId, operationId, by, reason } = item;
  const run = await ports.inputs.load(organizationId, taskResultId);
  const why = refusalOf(run, ports.catalogue);
  if (run === null || why !== null) return { kind: 'refused', why: why ?? 'gone' };
  const isKept = run.plan.kind === 'kept';
  const plan = isKept ? await ports.unpackPlan(organizationId, run.plan.gzip) : null;
  if (isKept && plan === null) return { kind: 'failed', reason: 'Plans take all the room they may at the moment.' };
  const { verdict, message, results, refusal } = await rehearse(
    ports,
    {
      organizationId,
      rehearsalId: `${operationId}-${item.position}`,
      run: runFacts({ request: run }),
      known: run.facts,
      checks: checksOf(run),
      plan,
    },
    { signal },
  );
  if (signal.aborted) return { kind: 'failed', reason: 'It took too long, or the worker ended.' };
  if (refusal !== null) return { kind: 'failed', reason: refusal };
  const { versionId } = run;
  await ports.inputs.record({
    organizationId,
    taskResultId,
    operationId,
    by,
    reason,
    versionId,
    verdict,
    message,
    results,
  });
  return { kind: 'judged', verdict, isSame: verdict === run.verdict };
}

function refusalOf(run: StoredRun | null, catalogue: Catalogue): ReevaluationRefusal | null {
  if (run === null) return 'gone';
  if (run.verdict === null) return 'undecided';
  if (run.plan.kind === 'kept') return null;
  const isNeeded = checksOf(run).some(({ use, when }) => catalogue.needsPlan(use) || when?.changes !== undefined);
  if (!isNeeded) return null;
  return run.plan.kind === 'too_large' ? 'too_large' : 'no_plan';
}

function checksOf({ checks, facts }: StoredRun): StoredRun['checks'] {
  return checks.filter(({ stages }) => stages.includes(facts.stage));
}
