import type { Egress } from '@rungate/egress';
import {
  grantsOf,
  type ConnectAnswer,
  type ConnectChange,
  type ConnectRequest,
  type OpenOrigins,
  type TerraformConnector,
} from '@rungate/run-task';
import { connectTask } from './connect-task.js';
import { connectWorkspace } from './connect-workspace.js';
import { SetupError } from './setup-error.js';
import { TerraformApi, type SetupLimits } from './terraform-api.js';

/** What the setup client needs besides its limits. */
export interface ConnectorPorts {
  readonly egress: Egress;
  /** Origins that need nobody's approval. */
  readonly openOrigins: OpenOrigins;
}

const NOT_APPROVED = 'The Terraform origin of this run task is not approved for its organization: ask an operator.';

/** Sets run tasks up over Terraform's API: reads what is there, and writes only what differs. */
export class EgressTerraformConnector implements TerraformConnector {
  constructor(
    private readonly ports: ConnectorPorts,
    private readonly limits: SetupLimits,
  ) {}

  async connect(request: ConnectRequest, signal: AbortSignal): Promise<ConnectAnswer> {
    const { organizationId, terraformOrigin, token, task } = request;
    const hookHost = new URL(task.url).host;
    const grants = grantsOf([terraformOrigin], request.originRecords, this.ports.openOrigins);
    if (grants.length === 0) return { kind: 'failed', why: 'refused', reason: NOT_APPROVED };
    const api = new TerraformApi(this.ports.egress, this.limits, {
      organizationId,
      terraformOrigin,
      grants,
      hookHost,
      token,
      signal,
    });
    try {
      const change = await connectTask(api, request);
      return { kind: 'connected', changes: [change, ...(await connectWorkspaces(api, request, change.id))] };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return { kind: 'failed', why: error.why, reason: error.message };
    }
  }
}

/** One workspace that cannot be connected does not keep the others from it. */
async function connectWorkspaces(
  api: TerraformApi,
  request: ConnectRequest,
  taskId: string | null,
): Promise<readonly ConnectChange[]> {
  const { scope } = request;
  const changes: ConnectChange[] = [];
  for (const name of scope.kind === 'workspaces' ? scope.names : []) {
    changes.push(await connectWorkspace(api, request, { name, taskId }).catch((error: unknown) => failed(name, error)));
  }
  return changes;
}

function failed(name: string, error: unknown): ConnectChange {
  if (!(error instanceof SetupError)) throw error;
  return { target: 'workspace', name, id: null, change: 'failed', fields: [], problem: error.message };
}
