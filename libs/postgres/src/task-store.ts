import {
  LEASE_MS,
  type AttemptOutcome,
  type CallbackDocument,
  type CheckResult,
  type DecideAnswer,
  type Decision,
  type DeliveryTurn,
  type Evaluation,
  type Ids,
  type LateTaskResult,
  type Lease,
  type PendingDelivery,
  type TaskStore,
} from '@rungate/run-task';
import { recordVerdict, selectState } from './decide.js';
import { insertProgress } from './progress.js';
import { finishDelivery } from './finish-delivery.js';
import { selectDelivery } from './delivery-row.js';
import { saveResults } from './check-result-rows.js';
import { pinFirst, selectEvaluation } from './evaluation-row.js';
import type { GrantOpener } from './grant-opener.js';
import { isUuid, type OrganizationGate } from './organization-gate.js';

/** The store as one organization sees it: each method is one transaction of `rungate_organization`. */
export class PostgresTaskStore implements TaskStore {
  constructor(
    private readonly gate: OrganizationGate,
    private readonly grants: GrantOpener,
    private readonly ids: Ids,
  ) {}

  async loadEvaluation(lease: Lease): Promise<Evaluation | null> {
    const { organizationId } = lease;
    const loaded = await this.gate.atOnce(organizationId, (tx) => selectEvaluation(tx, this.grants, lease));
    if (loaded?.unpinned == null) return loaded?.evaluation ?? null;
    return this.gate.withOrganization(organizationId, (tx) => pinFirst(tx, loaded));
  }

  saveCheckResults(lease: Lease, results: readonly CheckResult[]): Promise<boolean> {
    return this.gate.atOnce(lease.organizationId, (tx) => saveResults(tx, lease, results));
  }

  async tryAlone({ organizationId, taskResultId, epoch }: Lease, check: string): Promise<boolean> {
    const { rowCount } = await this.gate.atOnce(organizationId, (tx) =>
      tx.query({
        name: 'try-alone',
        text: `
          UPDATE task_results SET trying = $4
          WHERE organization_id = $1 AND id = $2 AND epoch = $3 AND state = 'evaluating'`,
        values: [organizationId, taskResultId, epoch, check],
      }),
    );
    return rowCount === 1;
  }

  async decide(lease: Lease, decision: Decision): Promise<DecideAnswer> {
    const ids = { deliveryId: this.ids.next(), attemptId: this.ids.next() };
    const verdict = { lease, decision, ids };
    const answer = await this.gate.atOnce(lease.organizationId, (tx) => recordVerdict(tx, verdict));
    if (answer !== null) return answer;
    return { kind: 'stale', state: await this.gate.atOnce(lease.organizationId, (tx) => selectState(tx, lease)) };
  }

  takeOver({ organizationId, taskResultId, epoch }: LateTaskResult): Promise<Evaluation | null> {
    return this.gate.withOrganization(organizationId, async (tx) => {
      const { rows } = await tx.query<{ epoch: number; attempt: number; lease_until: Date }>({
        name: 'take-over',
        text: `
          UPDATE task_results
          SET state = 'evaluating', epoch = epoch + 1, leased_by = NULL, lease_until = now() + $4 * interval '1 millisecond'
          WHERE organization_id = $1 AND id = $2 AND epoch = $3 AND state IN ('accepted', 'evaluating', 'waiting')
          RETURNING epoch, attempt, lease_until`,
        values: [organizationId, taskResultId, epoch, LEASE_MS],
      });
      const [taken] = rows;
      if (taken === undefined) return null;
      const lease = { organizationId, taskResultId, epoch: taken.epoch, attempt: taken.attempt };
      const loaded = await selectEvaluation(tx, this.grants, { ...lease, expiresAt: taken.lease_until });
      return loaded === null ? null : pinFirst(tx, loaded);
    });
  }

  startProgress(lease: Lease, callback: CallbackDocument): Promise<DeliveryTurn | null> {
    const ids = { deliveryId: this.ids.next(), attemptId: this.ids.next() };
    return this.gate.withOrganization(lease.organizationId, (tx) => insertProgress(tx, { lease, callback, ids }));
  }

  async loadDelivery(turn: DeliveryTurn): Promise<PendingDelivery | null> {
    if (![turn.organizationId, turn.deliveryId, turn.attemptId].every(isUuid)) return null;
    return this.gate.atOnce(turn.organizationId, (tx) => selectDelivery(tx, this.grants, turn));
  }

  finishAttempt(delivery: PendingDelivery, outcome: AttemptOutcome): Promise<void> {
    // Undone by a crash of Postgres, what was delivered is due again and sent once more, which the caller takes or answers
    // with 409. Any other answer must not be forgotten: without it a later 401 would count as presumed delivered.
    const durability = outcome.step.kind === 'delivered' ? 'relaxed' : 'full';
    return this.gate.atOnce(
      delivery.organizationId,
      (tx) => finishDelivery(tx, delivery, outcome, this.ids),
      durability,
    );
  }
}
