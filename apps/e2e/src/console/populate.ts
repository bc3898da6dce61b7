import { judgeRun, GUARD } from '../harness/installation.js';
import type { Stage } from './stage.js';

const RUNS = [
  { workspaceName: 'network-prod', plan: 'update' },
  { workspaceName: 'network-prod', plan: 'replace' },
  { workspaceName: 'network-prod', plan: 'create' },
  { workspaceName: 'database-prod', plan: 'replace', enforcement: 'advisory' },
  { workspaceName: 'database-stage', plan: 'create' },
  { workspaceName: 'dns', plan: 'create', stage: 'pre_apply' },
  { workspaceName: 'kubernetes-eu', plan: 'update' },
  { workspaceName: 'kubernetes-us', plan: 'update', faults: { verdict: [{ status: 503 }, { reset: true }] } },
] as const;
/** However often a plan is asked for, it does not come. */
const NO_PLAN = { archivist: Array.from({ length: 50 }, () => ({ hang: true })) };
/** Stay in flight. */
const IN_FLIGHT = ['billing', 'identity', 'kubernetes-asia', 'mail', 'network-stage'] as const;

/** Fills the installation with what a platform in use has, for whoever looks at its pages. */
export async function populate({ installation, hook }: Stage): Promise<void> {
  const { api, simulator } = installation;
  const desired = { terraformOrigin: simulator.origin, checks: [GUARD] };
  const ofGlobex = await api.createRunTask('globex', 'destroy-guard', desired);
  for (const run of RUNS) await judgeRun(installation, { ...hook, ...run });
  await judgeRun(installation, { ...ofGlobex, workspaceName: 'web', plan: 'create' });
  for (const workspaceName of IN_FLIGHT)
    await simulator.start({ ...hook, workspaceName, plan: 'create', faults: NO_PLAN });
  await simulator.start({ ...ofGlobex, workspaceName: 'shop', plan: 'create', faults: NO_PLAN });
  await api.call('POST', '/organizations/acme/tokens', {
    name: 'terraform-of-acme',
    role: 'editor',
    expiresInDays: 90,
  });
}
