import { judgeRun, GUARD } from '../harness/installation.js';
import { PERSONAS, type Stage } from './stage.js';

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
/** The plan does not come: after a minute of tries the run is given up. */
const NO_PLAN = { archivist: Array.from({ length: 50 }, () => ({ hang: true })) };
/** Stay in flight, and were asked for so many seconds ago. */
const IN_FLIGHT = [
  ['billing', 20],
  ['identity', 95],
  ['kubernetes-asia', 160],
  ['mail', 240],
  ['network-stage', 300],
] as const;

/** Starts runs that stay in flight for a minute. */
export type Fly = () => Promise<void>;

/** Fills the installation with what a platform in use has, for whoever looks at its pages. */
export async function populate(stage: Stage): Promise<Fly> {
  const { installation, hook } = stage;
  const { api, simulator } = installation;
  const desired = { terraformOrigin: simulator.origin, checks: [GUARD] };
  const ofGlobex = await api.createRunTask('globex', 'destroy-guard', desired);
  for (const run of RUNS) await judgeRun(installation, { ...hook, ...run });
  await judgeRun(installation, { ...ofGlobex, workspaceName: 'web', plan: 'create' });
  // Members are who signed in once.
  for (const persona of [PERSONAS.operator, PERSONAS.admin, PERSONAS.viewer]) await stage.signedIn(persona);
  const rolling = { ...desired, deadlineProfile: 'rolling' };
  const ofHcp = await api.createRunTask('globex', 'cost-guard', rolling);
  await api.call('POST', '/organizations/acme/tokens', {
    name: 'terraform-of-acme',
    role: 'editor',
    expiresInDays: 90,
  });
  return async () => {
    const flying = { plan: 'create', faults: NO_PLAN };
    for (const [workspaceName] of IN_FLIGHT) await simulator.start({ ...hook, workspaceName, ...flying });
    await simulator.start({ ...ofGlobex, workspaceName: 'shop', ...flying });
    await simulator.start({ ...ofHcp, workspaceName: 'warehouse', ...flying });
    for (const [workspaceName, seconds] of IN_FLIGHT) await stage.sql(earlier(workspaceName, seconds));
  };
}

/** SQL that lets a run be as if it had been asked for earlier; only what is shown of it changes. */
function earlier(workspaceName: string, seconds: number): string {
  const moved = ['received_at', 'progress_by', 'final_by'].map((at) => `${at} = ${at} - interval '${seconds} seconds'`);
  return `UPDATE task_results SET ${moved.join(', ')} WHERE workspace_name = '${workspaceName}' AND verdict IS NULL`;
}
