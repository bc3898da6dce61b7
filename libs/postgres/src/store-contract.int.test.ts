import { describeStores, TESTER, type Grants, type RunTaskInTest, type StoreHarness } from '@rungate/run-task/testing';
import { putOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

/** Columns keep milliseconds, and rounding may go up. */
const PAST = `now() - interval '1 millisecond'`;

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(() => db.close());

describeStores('the stores in Postgres', async () => {
  await db.query('TRUNCATE organizations CASCADE');
  return new PostgresHarness(db);
});

/** Time passes by moving what the database wrote down. */
class PostgresHarness implements StoreHarness {
  readonly stores: StoreHarness['stores'];
  readonly ids: StoreHarness['ids'];
  readonly clock: StoreHarness['clock'];
  #organizations = 0;

  constructor(private readonly database: TestPostgres) {
    this.stores = database.postgres;
    this.ids = database.postgres.ids;
    this.clock = database.postgres.clock;
  }

  async addRunTask({ hmacSecret, ...settings }: RunTaskInTest): Promise<string> {
    const { runTasks } = this.database.postgres;
    this.#organizations += 1;
    const slug = `organization-${this.#organizations}`;
    const plain = {
      displayName: slug,
      tags: [],
      weight: 1,
      maxInFlight: null,
      retentionDays: 1,
      inputRetentionDays: 1,
    };
    const { stored } = await putOrganization(this.database.postgres, slug, plain);
    const answer = await runTasks.put({
      organizationId: stored.id,
      name: 'guardrails',
      settings,
      hmacKey: { secret: hmacSecret, given: true },
      overlapHours: 72,
      guardedOrigins: { origins: [], approve: true },
      expected: {},
      allow: () => undefined,
      by: TESTER,
      reason: null,
      dryRun: false,
    });
    if (answer.rejected !== undefined) throw new Error('the key is in use');
    return answer.stored.hookId;
  }

  async revokeKey(_hookId: string, keyId: string): Promise<void> {
    await this.#run(`UPDATE hmac_keys SET state = 'revoked' WHERE id = $1`, keyId);
  }

  async suspendOrganization(hookId: string): Promise<void> {
    await this.#run(
      `UPDATE organizations SET state = 'suspended'
       WHERE id = (SELECT organization_id FROM run_tasks WHERE hook_id = $1)`,
      hookId,
    );
  }

  async grant(hookId: string, { weight, maxInFlight }: Grants): Promise<void> {
    await this.database.query(
      `UPDATE organizations SET weight = $2, max_in_flight = $3
       WHERE id = (SELECT organization_id FROM run_tasks WHERE hook_id = $1)`,
      [hookId, weight, maxInFlight],
    );
  }

  async expireLease(taskResultId: string): Promise<void> {
    await this.#run(`UPDATE task_results SET lease_until = ${PAST} WHERE id = $1`, taskResultId);
  }

  async makeProgressDue(taskResultId: string): Promise<void> {
    await this.#run(`UPDATE task_results SET progress_due_at = ${PAST} WHERE id = $1`, taskResultId);
  }

  async makeLate(taskResultId: string): Promise<void> {
    await this.#run(`UPDATE task_results SET decide_at = ${PAST} WHERE id = $1`, taskResultId);
  }

  async passDeadline(taskResultId: string): Promise<void> {
    await this.#run(`UPDATE task_results SET progress_by = ${PAST}, final_by = ${PAST} WHERE id = $1`, taskResultId);
    await this.#run(`UPDATE deliveries SET deadline = ${PAST} WHERE task_result_id = $1`, taskResultId);
  }

  async abandonAttempts(taskResultId: string): Promise<void> {
    await this.#run(
      `UPDATE delivery_attempts a SET started_at = now() - interval '1 minute' FROM deliveries d
       WHERE d.id = a.delivery_id AND d.task_result_id = $1 AND a.finished_at IS NULL`,
      taskResultId,
    );
    await this.#run(
      `UPDATE deliveries SET attempt_started_at = now() - interval '1 minute', leased_until = ${PAST}
       WHERE task_result_id = $1 AND attempt_id IS NOT NULL`,
      taskResultId,
    );
    // A verdict that waits for progress is due when that attempt must be over.
    await this.#run(
      `UPDATE deliveries SET due_at = least(due_at, ${PAST})
       WHERE task_result_id = $1 AND kind = 'final' AND attempt_id IS NULL`,
      taskResultId,
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #run(sql: string, parameter: string): Promise<void> {
    await this.database.query(sql, [parameter]);
  }
}
