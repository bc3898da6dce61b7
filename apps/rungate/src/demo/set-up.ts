import type { TerraformSimulator } from '@rungate/terraform-simulator';
import type { CreatedRunTask, ManagementClient } from './management-client.js';

/** The run tasks that the demo's scenarios go through. */
export type DemoRunTask = 'guardrails' | 'advice' | 'old-tfe';

const PROTECTED = { protectedTypes: ['terraform_data'] };

const guard = (enforcement: 'mandatory' | 'advisory'): Readonly<Record<string, unknown>> => ({
  name: 'guard',
  use: 'destructive-guard',
  stages: ['post_plan'],
  enforcement,
  config: PROTECTED,
});

const summary = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };

interface Definition {
  readonly organization: 'acme' | 'globex';
  readonly checks: readonly unknown[];
  readonly deadlineProfile: 'rolling' | 'fixed';
}

const DEFINITIONS: Readonly<Record<DemoRunTask, Definition>> = {
  guardrails: { organization: 'acme', checks: [guard('mandatory'), summary], deadlineProfile: 'rolling' },
  advice: { organization: 'acme', checks: [guard('advisory'), summary], deadlineProfile: 'rolling' },
  'old-tfe': { organization: 'globex', checks: [guard('mandatory')], deadlineProfile: 'fixed' },
};

/** Creates the run tasks through the management API and lets the simulated Terraform verify each, as the real one does. */
export async function setUpRunTasks(
  client: ManagementClient,
  simulator: TerraformSimulator,
): Promise<Readonly<Record<DemoRunTask, CreatedRunTask>>> {
  await client.putOrganization('acme', 'Acme');
  await client.putOrganization('globex', 'Globex');
  const create = (name: DemoRunTask): Promise<CreatedRunTask> => setUp({ client, simulator, name });
  const [guardrails, advice, oldTfe] = await Promise.all([create('guardrails'), create('advice'), create('old-tfe')]);
  return { guardrails, advice, 'old-tfe': oldTfe };
}

interface SetUp {
  readonly client: ManagementClient;
  readonly simulator: TerraformSimulator;
  readonly name: DemoRunTask;
}

async function setUp({ client, simulator, name }: SetUp): Promise<CreatedRunTask> {
  const { organization, checks, deadlineProfile } = DEFINITIONS[name];
  const hmacKey = client.derivedSecret(name);
  const hookUrl = await client.putRunTask(organization, name, {
    terraformOrigin: simulator.origin,
    deadlineProfile,
    checks,
    hmacKey,
  });
  const { accepted, status } = await simulator.sendRegistration({ hookUrl, hmacKey });
  if (!accepted) throw new Error(`The registration request for ${name} was answered ${String(status)}, not 200.`);
  return { organization, name, hookUrl, hmacKey };
}
