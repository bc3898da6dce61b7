import type {
  Check,
  Ids,
  InputStore,
  KeptInput,
  NewReevaluation,
  RequestFacts,
  StoredRun,
  Verdict,
} from '@rungate/run-task';
import type { ClientBase } from 'pg';
import { auditStatement } from './audit-events.js';
import { jsonText } from './json-text.js';
import type { Keyring } from './keyring.js';
import type { OrganizationGate } from './organization-gate.js';
import { grantSeal, openInput, sealInput } from './sealing.js';

/** What inputs are kept and opened through. */
export interface InputPorts {
  readonly gate: OrganizationGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
}

/** Public keys that are remembered. */
const REMEMBERED = 1_000;

/** Masked plans, sealed to their organization: workers write and open them, as `rungate_organization`. */
export class PostgresInputStore implements InputStore {
  readonly #keys = new Map<string, PublicKey>();

  constructor(private readonly ports: InputPorts) {}

  async keep(organizationId: string, inputs: readonly KeptInput[]): Promise<void> {
    const key = await this.#keyOf(organizationId);
    if (key === null) return;
    const seal = grantSeal(key.id, key.public_key);
    const ids = inputs.map(({ taskResultId }) => taskResultId);
    const sealed = inputs.map((input) => (input.plan.gzip === null ? null : sealInput(seal, input, input.plan.gzip)));
    const changes = inputs.map(({ plan }) => (plan.changes === null ? null : jsonText(plan.changes)));
    await this.ports.gate.atOnce(
      organizationId,
      (tx) =>
        Promise.all([
          tx.query({ name: 'keep-inputs', text: KEEP, values: [organizationId, ids, sealed] }),
          tx.query({ name: 'keep-plan-changes', text: KEEP_CHANGES, values: [organizationId, ids, changes] }),
        ]),
      // A crash of Postgres may take it: then the run cannot be judged again, and nobody was promised that it can.
      'relaxed',
    );
  }

  load(organizationId: string, taskResultId: string): Promise<StoredRun | null> {
    return this.ports.gate.atOnce(organizationId, async (tx) => {
      const { rows } = await tx.query<StoredRow>({
        name: 'load-stored-run',
        text: LOAD,
        values: [organizationId, taskResultId],
      });
      const [row] = rows;
      return row === undefined ? null : this.#storedRun(row, { organizationId, taskResultId });
    });
  }

  async record(reevaluation: NewReevaluation): Promise<void> {
    const { organizationId, taskResultId, by, reason, verdict } = reevaluation;
    const actor = { kind: by.kind, id: by.id, name: by.name, role: by.role };
    const event = auditStatement(this.ports.ids, {
      organizationId,
      by,
      action: 'task-result.re-evaluated',
      subject: { kind: 'task-result', name: taskResultId },
      before: null,
      after: { verdict, operation: reevaluation.operationId },
      reason,
    });
    await this.ports.gate.withOrganization(organizationId, async (tx) => {
      if (await insert(tx, { ...reevaluation, id: this.ports.ids.next(), actor })) await tx.query(event);
    });
  }

  async #keyOf(organizationId: string): Promise<PublicKey | null> {
    const known = this.#keys.get(organizationId);
    if (known !== undefined) return known;
    const { rows } = await this.ports.gate.atOnce(organizationId, (tx) =>
      tx.query<PublicKey>({
        name: 'grant-public-key',
        text: `SELECT id, public_key FROM data_keys WHERE organization_id = $1 AND purpose = 'grant'`,
        values: [organizationId],
      }),
    );
    const [key] = rows;
    if (key === undefined) return null;
    if (this.#keys.size >= REMEMBERED) this.#keys.clear();
    this.#keys.set(organizationId, key);
    return key;
  }

  #storedRun(row: StoredRow, place: { readonly organizationId: string; readonly taskResultId: string }): StoredRun {
    const { facts, verdict, version_id: versionId, checks } = row;
    return { facts, verdict, versionId, checks, plan: this.#planOf(row, place) };
  }

  #planOf(
    { is_whole: isWhole, sealed_plan: sealed, key_id: id, wrapped }: StoredRow,
    place: { readonly organizationId: string; readonly taskResultId: string },
  ): StoredRun['plan'] {
    if (isWhole === null) return { kind: 'none' };
    if (sealed === null || id === null || wrapped === null) return { kind: 'too_large' };
    const dataKey = { organizationId: place.organizationId, id, wrapped };
    return { kind: 'kept', gzip: openInput(this.ports.keyring, dataKey, place, sealed) };
  }
}

/** Where the organization keeps any, and the task result still has its details. */
const KEEP = `
  INSERT INTO task_inputs (organization_id, task_result_id, is_whole, sealed_plan)
  SELECT $1, i.id, i.sealed IS NOT NULL, i.sealed FROM unnest($2::uuid[], $3::bytea[]) AS i (id, sealed)
  WHERE (SELECT o.input_retention_days FROM organizations o WHERE o.id = $1) > 0
    AND EXISTS (SELECT FROM task_results t WHERE t.id = i.id AND t.organization_id = $1 AND t.purged_at IS NULL)
  ON CONFLICT (task_result_id, organization_id) DO NOTHING`;

const KEEP_CHANGES = `
  INSERT INTO plan_changes (organization_id, task_result_id, changes)
  SELECT $1, c.id, c.changes::jsonb FROM unnest($2::uuid[], $3::text[]) AS c (id, changes)
  WHERE c.changes IS NOT NULL
    AND EXISTS (SELECT FROM task_results t WHERE t.id = c.id AND t.organization_id = $1 AND t.purged_at IS NULL)
  ON CONFLICT (task_result_id, organization_id) DO NOTHING`;

const LOAD = `
  SELECT t.facts, t.verdict, v.id AS version_id, v.checks, i.is_whole, i.sealed_plan, k.id AS key_id, k.wrapped
  FROM task_results t
  JOIN run_tasks r ON r.organization_id = t.organization_id AND r.id = t.run_task_id
  JOIN run_task_versions v ON v.organization_id = r.organization_id AND v.id = r.current_version_id
  LEFT JOIN task_inputs i ON i.task_result_id = t.id AND i.organization_id = t.organization_id
  LEFT JOIN data_keys k ON k.organization_id = t.organization_id AND k.purpose = 'grant'
  WHERE t.organization_id = $1 AND t.id = $2 AND t.purged_at IS NULL`;

interface PublicKey {
  readonly id: string;
  readonly public_key: Buffer;
}

interface StoredRow {
  readonly facts: RequestFacts;
  readonly verdict: Verdict | null;
  readonly version_id: string;
  readonly checks: readonly Check[];
  readonly is_whole: boolean | null;
  readonly sealed_plan: Buffer | null;
  readonly key_id: string | null;
  readonly wrapped: Buffer | null;
}

/** False when the operation had it judged before, or it is no more. */
async function insert(
  tx: ClientBase,
  { id, organizationId, taskResultId, operationId, actor, reason, versionId, verdict, message, results }: NewRow,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'insert-reevaluation',
    text: `
      INSERT INTO reevaluations (organization_id, id, task_result_id, operation_id, actor, reason, version_id, verdict, message, results)
      SELECT $1, $2, t.id, $4, $5::jsonb, $6, $7, $8, $9, $10::jsonb FROM task_results t
      WHERE t.id = $3 AND t.organization_id = $1 AND t.purged_at IS NULL
      ON CONFLICT (organization_id, operation_id, task_result_id) DO NOTHING`,
    values: [
      organizationId,
      id,
      taskResultId,
      operationId,
      jsonText(actor),
      reason,
      versionId,
      verdict,
      message,
      jsonText(results),
    ],
  });
  return rowCount === 1;
}

interface NewRow extends Omit<NewReevaluation, 'by'> {
  readonly id: string;
  readonly actor: object;
}
