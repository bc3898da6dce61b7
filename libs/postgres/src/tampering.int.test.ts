import type { DeliveryTurn, Lease } from '@rungate/run-task';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

/** Somebody who can write to the database, and holds no key. */
describe('what a writer of the database gets out of a sealed grant', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let count = 0;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = await anOrganization(db, 'acme');
  });
  afterAll(() => db.close());

  const leased = async (organization: TestOrganization): Promise<Lease> => {
    count += 1;
    await db.postgres.hooks.recordTaskResult(organization.request(`taskrs-${count}`));
    const [lease] = await db.postgres.schedule.claim('worker', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    return lease;
  };
  const decided = async (lease: Lease): Promise<DeliveryTurn> => {
    const answer = await db.postgres.tasks.decide(lease, aDecision());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    return answer.turn;
  };

  it('nothing from another Terraform origin, neither to evaluate nor to deliver', async () => {
    const lease = await leased(acme);
    await db.query('ALTER TABLE run_task_versions DISABLE TRIGGER immutable');
    await db.query(`UPDATE run_task_versions SET terraform_origin = 'https://evil.example'`);
    try {
      await expect(db.postgres.tasks.loadEvaluation(lease)).rejects.toMatchObject({ code: 'unseal_failed' });
      const turn = await decided(lease);
      await expect(db.postgres.tasks.loadDelivery(turn)).rejects.toMatchObject({ code: 'unseal_failed' });
    } finally {
      await db.query(`UPDATE run_task_versions SET terraform_origin = 'https://app.terraform.io'`);
      await db.query('ALTER TABLE run_task_versions ENABLE TRIGGER immutable');
    }
  });

  it('nothing by moving it to another row of the same run task', async () => {
    const [from, to] = [await leased(acme), await leased(acme)];
    const [{ sealed_grant: grant } = { sealed_grant: null }] = await db.query<{ sealed_grant: Buffer | null }>(
      'SELECT sealed_grant FROM task_results WHERE id = $1',
      [from.taskResultId],
    );
    await db.query('UPDATE task_results SET sealed_grant = $2 WHERE id = $1', [to.taskResultId, grant]);
    await expect(db.postgres.tasks.loadEvaluation(to)).rejects.toMatchObject({ code: 'unseal_failed' });
    expect(await db.postgres.tasks.loadEvaluation(from)).not.toBeNull();
  });

  it('nothing by moving it to an organization of his own', async () => {
    const lease = await leased(acme);
    const mallory = await anOrganization(db, 'mallory');
    const his = await leased(mallory);
    await db.query(
      `UPDATE task_results SET sealed_grant = (SELECT sealed_grant FROM task_results WHERE id = $2) WHERE id = $1`,
      [his.taskResultId, lease.taskResultId],
    );
    await expect(db.postgres.tasks.loadEvaluation(his)).rejects.toMatchObject({ code: 'unseal_failed' });
    const stolen = `UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE organization_id = $2 AND purpose = 'grant')
      WHERE organization_id = $1 AND purpose = 'grant'`;
    await db.query(stolen, [mallory.organization.id, acme.organization.id]);
    await expect(db.postgres.tasks.loadEvaluation(his)).rejects.toMatchObject({ code: 'unseal_failed' });
  });

  it('nothing by changing one of its bytes', async () => {
    const lease = await leased(acme);
    await db.query(
      'UPDATE task_results SET sealed_grant = set_byte(sealed_grant, 60, get_byte(sealed_grant, 60) # 1) WHERE id = $1',
      [lease.taskResultId],
    );
    await expect(db.postgres.tasks.loadEvaluation(lease)).rejects.toMatchObject({ code: 'unseal_failed' });
  });

  it('no other key by moving a sealed HMAC key to his run task', async () => {
    const mallory = await anOrganization(db, 'mallory-2');
    await db.query(
      `UPDATE hmac_keys SET sealed_secret = (SELECT sealed_secret FROM hmac_keys WHERE organization_id = $2)
       WHERE organization_id = $1`,
      [mallory.organization.id, acme.organization.id],
    );
    const other = await db.open();
    await expect(other.hooks.findHook(mallory.runTask.hookId)).rejects.toMatchObject({ code: 'unseal_failed' });
  });

  it('no token that a process with the purposes of ingress could open', async () => {
    const lease = await leased(acme);
    const ingress = await db.open({ purposes: ['hmac'] });
    expect(await ingress.hooks.recordTaskResult(acme.request('taskrs-by-ingress'))).toEqual({ kind: 'recorded' });
    await expect(ingress.tasks.loadEvaluation(lease)).rejects.toMatchObject({ code: 'bad_key' });
  });

  it('a version cannot be changed, not even by its owner', async () => {
    await expect(db.query(`UPDATE run_task_versions SET on_timeout = 'passed'`)).rejects.toThrow('never changed');
    await expect(db.query('DELETE FROM run_task_versions')).rejects.toThrow('never changed');
  });
});
