import { routes, type CheckBody, type ManagementClient } from '@rungate/contract';
import type { TerraformSimulator } from '@rungate/terraform-simulator';

/** A run task that the demo created, with what a Terraform must know of it. */
export interface CreatedRunTask {
  readonly organization: string;
  readonly name: string;
  readonly hookUrl: string;
  readonly hmacKey: string;
}

/** The run tasks that the demo's scenarios go through. */
export type DemoRunTask = 'guardrails' | 'advice' | 'old-tfe';

const PROTECTED = { protectedTypes: ['terraform_data'] };

const guard = (enforcement: 'mandatory' | 'advisory'): CheckBody => ({
  name: 'guard',
  use: 'destructive-guard',
  stages: ['post_plan'],
  enforcement,
  config: PROTECTED,
});

const summary: CheckBody = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };

interface Definition {
  readonly organization: 'acme' | 'globex';
  readonly checks: readonly CheckBody[];
  readonly deadlineProfile: 'rolling' | 'fixed';
}

const DEFINITIONS: Readonly<Record<DemoRunTask, Definition>> = {
  guardrails: { organization: 'acme', checks: [guard('mandatory'), summary], deadlineProfile: 'rolling' },
  advice: { organization: 'acme', checks: [guard('advisory'), summary], deadlineProfile: 'rolling' },
  'old-tfe': { organization: 'globex', checks: [guard('mandatory')], deadlineProfile: 'fixed' },
};

/** What the run tasks are set up with. */
interface Stage {
  readonly client: ManagementClient;
  readonly simulator: TerraformSimulator;
  /** The HMAC key of a run task. */
  readonly secretOf: (name: DemoRunTask) => string;
}

/** Creates the run tasks through the management API and lets the simulated Terraform verify each, as the real one does. */
export async function setUpRunTasks(stage: Stage): Promise<Readonly<Record<DemoRunTask, CreatedRunTask>>> {
  await putOrganization(stage.client, 'acme', 'Acme');
  await putOrganization(stage.client, 'globex', 'Globex');
  const create = (name: DemoRunTask): Promise<CreatedRunTask> => setUp(stage, name);
  const [guardrails, advice, oldTfe] = await Promise.all([create('guardrails'), create('advice'), create('old-tfe')]);
  return { guardrails, advice, 'old-tfe': oldTfe };
}

async function putOrganization(client: ManagementClient, org: string, displayName: string): Promise<void> {
  await client.call(routes.putOrganization, { params: { org }, body: { displayName } });
}

async function setUp({ client, simulator, secretOf }: Stage, name: DemoRunTask): Promise<CreatedRunTask> {
  const { organization, checks, deadlineProfile } = DEFINITIONS[name];
  const hmacKey = secretOf(name);
  const { body } = await client.call(routes.putRunTask, {
    params: { org: organization, name },
    body: { terraformOrigin: simulator.origin, deadlineProfile, checks, hmacKey },
  });
  // Null on a dry run alone.
  const hookUrl = body.hookUrl ?? '';
  const { accepted, status } = await simulator.sendRegistration({ hookUrl, hmacKey });
  if (!accepted) throw new Error(`The registration request for ${name} was answered ${String(status)}, not 200.`);
  return { organization, name, hookUrl, hmacKey };
}
