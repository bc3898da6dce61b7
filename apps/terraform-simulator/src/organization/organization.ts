import type { Stage } from '../run-options.js';

/** What a failed task means for the run. */
export type EnforcementLevel = 'advisory' | 'mandatory';

/** What a task does in all workspaces. */
export interface GlobalConfiguration {
  readonly enabled: boolean;
  readonly stages: readonly Stage[];
  readonly enforcementLevel: EnforcementLevel;
}

/** A run task as the platform keeps it; the key is write-only. */
export interface Task {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly url: string;
  readonly description: string | null;
  readonly hmacKey: string | null;
  readonly enabled: boolean;
  readonly globalConfiguration: GlobalConfiguration;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A workspace, with nothing of it but what run tasks need. */
export interface Workspace {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
}

/** A task's place in one workspace. */
export interface WorkspaceTask {
  readonly id: string;
  readonly workspaceId: string;
  readonly taskId: string;
  readonly stages: readonly Stage[];
  readonly enforcementLevel: EnforcementLevel;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One organization of HCP Terraform: names are unique in it, and nothing is seen from outside. */
export class Organization {
  readonly tasks = new Map<string, Task>();
  readonly workspaces = new Map<string, Workspace>();
  readonly workspaceTasks = new Map<string, WorkspaceTask>();

  constructor(
    readonly name: string,
    /** Whether tasks may apply to all workspaces: not in every edition. */
    readonly globalRunTasks: boolean,
  ) {}

  taskNamed(name: string): Task | undefined {
    return [...this.tasks.values()].find((task) => task.name === name);
  }

  workspaceNamed(name: string): Workspace | undefined {
    return [...this.workspaces.values()].find((workspace) => workspace.name === name);
  }

  workspaceTasksOf(by: { readonly workspaceId: string } | { readonly taskId: string }): readonly WorkspaceTask[] {
    return [...this.workspaceTasks.values()].filter((each) =>
      'taskId' in by ? each.taskId === by.taskId : each.workspaceId === by.workspaceId,
    );
  }
}
