import type { Answer } from '../answer.js';
import { errorAnswer, jsonAnswer, type Problem } from '../json-api.js';
import { NO_CONTENT, NOT_FOUND, reach, type Call } from './call.js';
import { documents, readDocument } from './documents.js';
import type { Organization, Workspace, WorkspaceTask } from './organization.js';
import { pageAnswer } from './page.js';
import { presentWorkspace, presentWorkspaceTask } from './present.js';

/** `GET /organizations/:name/workspaces[/:workspace]`; the list takes `search[name]`. */
export function handleWorkspaces(call: Call, organizationName: string, workspaceName: string | undefined): Answer {
  const organization = reach(call, organizationName, 'read-workspaces');
  if (organization === null || call.method !== 'GET') return NOT_FOUND;
  if (workspaceName !== undefined) return show(organization.workspaceNamed(workspaceName));
  const search = call.query.get('search[name]') ?? '';
  const found = [...organization.workspaces.values()].filter(({ name }) => name.includes(search));
  return pageAnswer(call.path, call.query, found.map(presentWorkspace));
}

/** `GET /workspaces/:id`, and `GET`, `POST`, `PATCH` and `DELETE /workspaces/:id/tasks[/:task]`. */
export function handleWorkspace(
  call: Call,
  workspaceId: string,
  { tail, id }: { readonly tail: string | undefined; readonly id: string | undefined },
): Answer {
  const workspace = call.state.organizations.workspace(workspaceId);
  if (workspace === undefined) return NOT_FOUND;
  if (tail === undefined) {
    const seen = reach(call, workspace.organization, 'read-workspaces');
    return seen === null || call.method !== 'GET' ? NOT_FOUND : show(workspace);
  }
  const organization = reach(call, workspace.organization, 'manage-workspace-run-tasks');
  if (organization === null || tail !== 'tasks') return NOT_FOUND;
  if (id !== undefined) return handlePlaced(call, organization, organization.workspaceTasks.get(id));
  if (call.method === 'POST') return place(call, organization, workspace);
  if (call.method !== 'GET') return NOT_FOUND;
  return pageAnswer(call.path, call.query, organization.workspaceTasksOf({ workspaceId }).map(presentWorkspaceTask));
}

function show(workspace: Workspace | undefined): Answer {
  return workspace === undefined ? NOT_FOUND : jsonAnswer(200, { data: presentWorkspace(workspace) });
}

function place({ state, body }: Call, organization: Organization, { id: workspaceId }: Workspace): Answer {
  const reading = readDocument(documents.newWorkspaceTask, body);
  if ('problems' in reading) return invalid(reading.problems);
  const { attributes, relationships } = reading.document.data;
  const taskId = relationships.task.data.id;
  if (!organization.tasks.has(taskId)) return NOT_FOUND;
  if (organization.workspaceTasksOf({ workspaceId }).some((placed) => placed.taskId === taskId)) {
    return invalid([{ pointer: '/data/relationships/task', detail: 'Task has already been taken' }]);
  }
  const placed: WorkspaceTask = {
    ...state.organizations.newRow('wstask'),
    workspaceId,
    taskId,
    stages: attributes.stages ?? ['post_plan'],
    enforcementLevel: attributes['enforcement-level'],
  };
  organization.workspaceTasks.set(placed.id, placed);
  return jsonAnswer(201, { data: presentWorkspaceTask(placed) });
}

function handlePlaced(call: Call, organization: Organization, placed: WorkspaceTask | undefined): Answer {
  if (placed === undefined) return NOT_FOUND;
  switch (call.method) {
    case 'GET':
      return jsonAnswer(200, { data: presentWorkspaceTask(placed) });
    case 'PATCH':
      return changePlaced(call, organization, placed);
    case 'DELETE':
      organization.workspaceTasks.delete(placed.id);
      return NO_CONTENT;
    default:
      return NOT_FOUND;
  }
}

function changePlaced({ state, body }: Call, organization: Organization, before: WorkspaceTask): Answer {
  const reading = readDocument(documents.changedWorkspaceTask, body);
  if ('problems' in reading) return invalid(reading.problems);
  const { stages, 'enforcement-level': level } = reading.document.data.attributes;
  const placed: WorkspaceTask = {
    ...before,
    updatedAt: state.organizations.now(),
    stages: stages ?? before.stages,
    enforcementLevel: level ?? before.enforcementLevel,
  };
  organization.workspaceTasks.set(placed.id, placed);
  return jsonAnswer(200, { data: presentWorkspaceTask(placed) });
}

function invalid(problems: readonly Problem[]): Answer {
  return errorAnswer(422, 'invalid attribute', problems);
}
