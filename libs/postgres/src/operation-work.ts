import {
  OPERATION_KINDS,
  type Actor,
  type EndedItem,
  type OperationTurn,
  type OperationWork,
  type TakenItem,
} from '@rungate/run-task';
import type { LoginPool } from './login-pool.js';
import { oneOf } from './stored.js';

/** Operations that run, over all organizations, as `rungate_flow`. */
export class PostgresOperationWork implements OperationWork {
  constructor(private readonly pool: LoginPool) {}

  async take({ kinds, atMost, leaseSeconds }: OperationTurn): Promise<readonly TakenItem[]> {
    const { rows } = await this.pool.query<TakenRow>({
      name: 'take-operation-items',
      text: TAKE,
      values: [leaseSeconds, kinds, atMost],
    });
    return rows.map((row) => ({
      operationId: row.operation_id,
      position: row.position,
      kind: oneOf(OPERATION_KINDS, row.kind),
      by: { ...row.actor, address: row.address },
      reason: row.reason,
      organizationId: row.task_organization_id,
      taskResultId: row.task_result_id,
    }));
  }

  async end(items: readonly EndedItem[]): Promise<void> {
    await this.pool.query({
      name: 'end-operation-items',
      text: `
        UPDATE operation_items i SET state = e.state, detail = e.detail, ended_at = now(), leased_until = NULL
        FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) AS e (operation_id, position, state, detail)
        WHERE i.operation_id = e.operation_id AND i.position = e.position AND i.state = 'pending'`,
      values: [
        items.map(({ operationId }) => operationId),
        items.map(({ position }) => position),
        items.map(({ state }) => state),
        items.map(({ detail }) => detail),
      ],
    });
  }
}

/** One operation at a time, once a second each, whichever worker asks; without anything left it is done. */
const TAKE = `
  WITH turn AS (
    SELECT o.id, o.kind, o.actor, o.address, o.reason, o.per_second,
           EXISTS (SELECT FROM operation_items i WHERE i.operation_id = o.id AND i.state = 'pending') AS goes_on
    FROM operations o WHERE o.state = 'running' AND o.next_at <= now() AND o.kind = ANY ($2)
    ORDER BY o.next_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE operations o
    SET state = CASE WHEN t.goes_on THEN 'running' ELSE 'done' END,
        next_at = CASE WHEN t.goes_on THEN now() + interval '1 second' END,
        ended_at = CASE WHEN t.goes_on THEN NULL ELSE now() END
    FROM turn t WHERE o.id = t.id
  ), due AS (
    SELECT i.operation_id, i.position FROM operation_items i
    WHERE i.operation_id = (SELECT id FROM turn) AND i.state = 'pending' AND (i.leased_until IS NULL OR i.leased_until <= now())
    ORDER BY i.position LIMIT (SELECT least(per_second, $3::integer) FROM turn) FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE operation_items i SET leased_until = now() + $1 * interval '1 second'
  FROM due, turn t WHERE i.operation_id = due.operation_id AND i.position = due.position
  RETURNING i.operation_id, i.position, t.kind, t.actor, t.address, t.reason, i.task_organization_id, i.task_result_id`;

interface TakenRow {
  readonly operation_id: string;
  readonly position: number;
  readonly kind: string;
  readonly actor: Omit<Actor, 'address'>;
  readonly address: string | null;
  readonly reason: string;
  readonly task_organization_id: string;
  readonly task_result_id: string;
}
