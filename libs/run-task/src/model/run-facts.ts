import type { Stage } from './request.js';

/** Facts of a run that checks may see: no token, no URL that grants anything. */
export interface RunFacts {
  readonly stage: Stage;
  readonly organizationName: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly workspaceWorkingDirectory: string | null;
  readonly runId: string;
  readonly runMessage: string | null;
  readonly runCreatedAt: string | null;
  readonly runCreatedBy: string | null;
  readonly isSpeculative: boolean;
  readonly vcsBranch: string | null;
  readonly vcsRepoUrl: string | null;
  readonly vcsCommitUrl: string | null;
  readonly vcsPullRequestUrl: string | null;
}
