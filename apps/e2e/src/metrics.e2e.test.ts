import { freePort } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { judgeRun, startInstallation, SUMMARY, type Installation } from './harness/installation.js';

jest.setTimeout(90_000);

afterAll(cleanUp);

const RUN = { plan: 'replace', fields: { workspace_name: 'canary-workspace', organization_name: 'canary-terraform' } };
let metricsPort: number;
let installation: Installation;
let organizationId: string;

async function scrape(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  return answer.text();
}

async function judgeOne(): Promise<void> {
  const { api, simulator } = installation;
  const hook = await api.createRunTask('canary-organization', 'guard', {
    terraformOrigin: simulator.origin,
    checks: [{ ...SUMMARY, name: 'summary' }],
  });
  await judgeRun(installation, { ...hook, ...RUN });
  await fetch(hook.hookUrl, { method: 'POST', body: 'neither signed nor JSON' });
}

describe.each(['none', 'organization'])('/metrics with RUNGATE_METRICS_LABELS=%s', (labels) => {
  beforeAll(async () => {
    metricsPort = await freePort();
    const env = { RUNGATE_METRICS_LISTEN: `127.0.0.1:${metricsPort}`, RUNGATE_METRICS_LABELS: labels };
    installation = await startInstallation({ env });
    await judgeOne();
    const logged = /"organizationId":"([0-9a-f-]{36})"/.exec(installation.rungate.child.stderr)?.[1];
    if (logged === undefined) throw new Error('the log names no organization');
    organizationId = logged;
  });

  it('tells of the request, its verdict, its delivery and what was refused', async () => {
    const text = await scrape();
    expect(text).toMatch(/^rungate_accepts_total\{answer="recorded".*\} 1$/m);
    expect(text).toMatch(/^rungate_accepts_total\{answer="unauthorized".*\} 1$/m);
    expect(text).toMatch(/^rungate_decisions_total\{verdict="passed".*\} 1$/m);
    expect(text).toMatch(/^rungate_deliveries_total\{kind="final",class="delivered",step="delivered".*\} 1$/m);
    expect(text).toContain('rungate_refusals_total{reason="unsigned"} 1\n');
    expect(text).toContain('rungate_check_up{check="database"} 1\n');
    expect(text).toContain('rungate_waiting 0\n');
    expect(text).toMatch(/^rungate_info\{version="[\d.]+"\} 1$/m);
  });

  it('names no workspace and no host, and the organization by its id alone, where that was asked for', async () => {
    const text = await scrape();
    expect(text).not.toContain('canary');
    expect(text).not.toContain(new URL(installation.simulator.origin).host);
    expect(text.includes(organizationId)).toBe(labels === 'organization');
  });

  it('is not on the address that people and Terraform reach', async () => {
    expect((await fetch(`${installation.rungate.url}/metrics`)).status).toBe(404);
  });
});
