import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { findEmbeddedPostgres } from '@rungate/postgres/embedded';
import { Client } from 'pg';
import { Api } from './harness/api.js';
import { newDirectory } from './harness/checkout.js';
import { launchRungate, startRungate } from './harness/rungate-process.js';

jest.setTimeout(120_000);

interface Report {
  readonly isSound: boolean;
  readonly heads: number;
  readonly trails: readonly {
    readonly organization: string | null;
    readonly waiting: number;
    readonly problem: object | null;
  }[];
}

const verify = async (dataDir: string, ...args: string[]) => {
  const child = await launchRungate(['admin', 'audit-verify', ...args], { dataDir });
  const { code } = await child.ended();
  return { code, stdout: child.stdout, stderr: child.stderr };
};

const reportOf = async (dataDir: string, ...args: string[]): Promise<Report> =>
  JSON.parse((await verify(dataDir, '--json', ...args)).stdout) as Report;

/** As the owner of the database, who is not held up by a trigger. */
async function tamper(dataDir: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: findEmbeddedPostgres(dataDir) ?? undefined });
  await client.connect();
  await client.query(`SET session_replication_role = replica; ${sql}`);
  await client.end();
}

describe('rungate admin audit-verify with embedded Postgres', () => {
  it('answers 2 where there is nothing to verify', async () => {
    const { code, stderr } = await verify(newDirectory());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rungate admin audit-verify: No embedded Postgres runs/);
  });

  it('finds a trail sound beside the server, and names what somebody with the database did to it', async () => {
    const rungate = await startRungate();
    const { dataDir } = rungate;
    const heads = path.join(dataDir, 'audit-heads.jsonl');
    await new Api(rungate).createRunTask('initech', 'guard', { terraformOrigin: 'https://app.terraform.io' });
    for (;;) {
      const { trails } = await reportOf(dataDir);
      if (trails.every(({ waiting }) => waiting === 0)) break;
    }
    expect(statSync(heads).mode & 0o777).toBe(0o600);
    expect(readFileSync(heads, 'utf8')).toMatch(/^\{"trail":/);
    const sound = await verify(dataDir, '--heads', heads);
    expect([sound.code, sound.stderr]).toEqual([0, '']);
    expect(sound.stdout).toMatch(/^\d trails, \d+ events, 0 waiting to be chained, \d+ heads: sound\n$/);
    expect((await verify(dataDir, '--organization', 'nobody')).code).toBe(2);

    await tamper(
      dataDir,
      `UPDATE audit_events SET actor = '{"name": "somebody else"}' WHERE action = 'run-task.created'`,
    );
    const changed = await verify(dataDir, '--organization', 'initech');
    expect(changed.code).toBe(1);
    expect(changed.stdout).toMatch(/^BROKEN initech: Event \S+ is not what it was when it was chained\.\n/);
    expect((await verify(dataDir, '--organization', 'acme')).code).toBe(0);

    // Only what was noted elsewhere knows that acme had events.
    const acme = `(SELECT id FROM organizations WHERE slug = 'acme')`;
    const tables = ['audit_events', 'audit_chain', 'audit_trails'];
    await tamper(dataDir, tables.map((table) => `DELETE FROM ${table} WHERE organization_id = ${acme}`).join('; '));
    expect((await verify(dataDir, '--organization', 'acme', '--heads', heads)).stdout).toMatch(
      /^BROKEN acme: The trail ends after 0/,
    );
    await rungate.child.stop('SIGTERM');
  });
});
