import type { RecordedHistory, SeenRun, StoredTaskResult } from '../history.js';
import type { Row } from '../rows.js';
import { deadlineOf } from './caller.js';
import type { Ledger } from './ledger.js';
import { REPLAYED_AFTER_MS, type Posting } from './posting.js';
import type { SimulatedRequest } from './traffic.js';
import { taskOf, type World } from './world.js';

/** What a quiet organization may wait: for a slot whose three checks take 2 s each, and for a ticket that was lost. */
const QUIET_WITHIN = 9_000;

/** What a schedule left behind, as the invariants want it. */
export function recordedHistory(world: World, posting: Posting): RecordedHistory {
  const { requests, answered, organizations } = posting;
  const startedAt = firstLeases(world.ledger);
  const rows = [...world.store.rows.values()].map((row) => storedOf(row, startedAt.get(row.id) ?? null));
  return {
    answered,
    runs: requests.flatMap((request) => runOf(world, request, rows)),
    rows,
    // Nothing is away when a deadline is near, but for callers that are never there: nobody promised those anything.
    hostOutages: [],
    platformOutages: [],
    reachableBeforeMs: 30_000,
    violations: world.caller.violations,
    secrets: [...requests.map(({ accessToken }) => accessToken), ...organizations.map(({ secret }) => secret)],
    writings: [
      { where: 'the queue', text: world.queued.join('\n') },
      { where: 'the log', text: world.logged.join('\n') },
    ],
    quiet: posting.quiet.length === 0 ? null : { organizations: posting.quiet, withinMs: QUIET_WITHIN },
  };
}

function runOf(world: World, request: SimulatedRequest, stored: readonly StoredTaskResult[]): readonly SeenRun[] {
  const called = world.caller.tasks.get(request.callbackUrl);
  if (called === undefined) return [];
  const { taskResultId, organization } = request;
  return [
    {
      taskResultId,
      organization: organization.id,
      marker: organization.marker,
      // Also when its answer was lost: what is recorded is to be answered, but for a replay of what was never taken.
      accepted: stored.some(
        (row) => row.taskResultId === taskResultId && row.receivedAt - called.calledAt < REPLAYED_AFTER_MS,
      ),
      canceled: !world.isReachable || called.hasRefused,
      deadline: deadlineOf(called),
      callbacks: called.callbacks,
    },
  ];
}

function storedOf(row: Row, startedAt: number | null): StoredTaskResult {
  const { taskResult, accepted } = row;
  return {
    taskResultId: taskOf(row),
    organization: row.organizationId,
    bodyHash: accepted.bodyHash,
    state: taskResult.state,
    verdict: 'verdict' in taskResult ? taskResult.verdict : null,
    receivedAt: row.receivedAt.getTime(),
    startedAt,
    hasGrant: row.grant !== null,
    text: JSON.stringify([row.results, row.deliveries.map(({ callback }) => callback)]),
  };
}

function firstLeases({ entries }: Ledger): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const entry of entries) if (entry.kind === 'leased' && !first.has(entry.id)) first.set(entry.id, entry.at);
  return first;
}
