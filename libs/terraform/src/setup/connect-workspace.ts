import type { ConnectChange, ConnectRequest } from '@rungate/run-task';
import { changesBetween, type Fields } from './changes.js';
import { documents, type WorkspaceTask } from './documents.js';
import type { TerraformApi } from './terraform-api.js';

/** A workspace by name, and the run task that it is to call; null: it would only be created. */
export interface Place {
  readonly name: string;
  readonly taskId: string | null;
}

/** Attaches the run task to a workspace, or brings it there to its desired state. @throws SetupError */
export async function connectWorkspace(
  api: TerraformApi,
  request: ConnectRequest,
  { name, taskId }: Place,
): Promise<ConnectChange> {
  const organization = encodeURIComponent(request.terraformOrganization);
  const { data: workspace } = await api.read(
    `/organizations/${organization}/workspaces/${encodeURIComponent(name)}`,
    documents.workspace,
  );
  const path = `/workspaces/${workspace.id}/tasks`;
  const found = taskId === null ? null : await findPlaced(api, path, taskId);
  const fields = changesBetween(found === null ? {} : fieldsOf(found), desired(request));
  if (!request.dryRun && taskId !== null && fields.length > 0) await place(api, request, { path, taskId, found });
  const change = found === null ? 'created' : fields.length === 0 ? 'unchanged' : 'changed';
  return { target: 'workspace', name, id: workspace.id, change, fields, problem: null };
}

async function findPlaced(api: TerraformApi, path: string, taskId: string): Promise<WorkspaceTask | null> {
  for await (const placed of api.list(path, documents.workspaceTasks)) {
    if (placed.relationships.task.data.id === taskId) return placed;
  }
  return null;
}

interface Placing {
  readonly path: string;
  readonly taskId: string;
  readonly found: WorkspaceTask | null;
}

async function place(api: TerraformApi, request: ConnectRequest, { path, taskId, found }: Placing): Promise<void> {
  const attributes = { 'enforcement-level': request.enforcement, stages: request.stages };
  if (found !== null) {
    const body = { data: { type: 'workspace-tasks', id: found.id, attributes } };
    await api.write({ method: 'PATCH', path: `${path}/${found.id}`, body });
    return;
  }
  const relationships = { task: { data: { type: 'tasks', id: taskId } } };
  await api.write({ method: 'POST', path, body: { data: { type: 'workspace-tasks', attributes, relationships } } });
}

function desired({ stages, enforcement }: ConnectRequest): Fields {
  return { stages: [...stages].sort(), enforcement };
}

function fieldsOf({ attributes }: WorkspaceTask): Fields {
  const { stages, stage } = attributes;
  return {
    stages: [...(stages ?? (typeof stage === 'string' ? [stage] : []))].sort(),
    enforcement: attributes['enforcement-level'],
  };
}
