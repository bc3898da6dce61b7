import type { Organization, Task, Workspace, WorkspaceTask } from './organization.js';

/** A JSON:API resource. */
export type Resource = Readonly<Record<string, unknown>>;

/** A task as the API shows it: the key never (HashiCorp, "Run tasks API"). */
export function presentTask(organization: Organization, task: Task): Resource {
  const { enabled, stages, enforcementLevel } = task.globalConfiguration;
  const placed = organization.workspaceTasksOf({ taskId: task.id });
  return {
    id: task.id,
    type: 'tasks',
    attributes: {
      category: 'task',
      name: task.name,
      url: task.url,
      description: task.description,
      enabled: task.enabled,
      'hmac-key': null,
      'created-at': task.createdAt,
      'updated-at': task.updatedAt,
      'global-configuration': { enabled, stages, 'enforcement-level': enforcementLevel },
    },
    relationships: {
      organization: { data: { id: task.organization, type: 'organizations' } },
      'workspace-tasks': { data: placed.map(({ id }) => ({ id, type: 'workspace-tasks' })) },
    },
    links: { self: `/api/v2/tasks/${task.id}` },
  };
}

/** A workspace, reduced to what run tasks need. */
export function presentWorkspace({ id, organization, name }: Workspace): Resource {
  return {
    id,
    type: 'workspaces',
    attributes: { name },
    relationships: { organization: { data: { id: organization, type: 'organizations' } } },
    links: { self: `/api/v2/organizations/${organization}/workspaces/${name}` },
  };
}

/** A task's place in a workspace; `stage` is the deprecated form of the first of its stages. */
export function presentWorkspaceTask(placed: WorkspaceTask): Resource {
  return {
    id: placed.id,
    type: 'workspace-tasks',
    attributes: {
      'enforcement-level': placed.enforcementLevel,
      stage: placed.stages[0],
      stages: placed.stages,
      'created-at': placed.createdAt,
      'updated-at': placed.updatedAt,
    },
    relationships: {
      task: { data: { id: placed.taskId, type: 'tasks' } },
      workspace: { data: { id: placed.workspaceId, type: 'workspaces' } },
    },
    links: { self: `/api/v2/workspaces/${placed.workspaceId}/tasks/${placed.id}` },
  };
}
