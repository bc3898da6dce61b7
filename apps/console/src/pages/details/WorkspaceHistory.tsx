import { routes, type TaskResultBody } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { Failed } from '../../states/States.js';
import { VerdictTimeline } from '../../pictures/VerdictTimeline.js';

const RUNS = 30;

interface WorkspaceHistoryProps {
  readonly taskResult: TaskResultBody;
  readonly slug: string;
}

/** The last verdicts of the same workspace and run task. */
export function WorkspaceHistory({ taskResult, slug }: WorkspaceHistoryProps): ReactNode {
  const { workspaceName, runTask } = taskResult;
  const history = useQuery({
    queryKey: ['task-results', 'history', slug, workspaceName, runTask],
    queryFn: async () => {
      const query = { organization: slug, workspace: workspaceName, runTask, limit: RUNS };
      return (await client.call(routes.listTaskResults, { params: {}, query })).body;
    },
  });
  if (history.error !== null && history.data === undefined) {
    return (
      <Failed
        what="What this workspace had could not be read"
        error={history.error}
        retry={() => void history.refetch()}
      />
    );
  }
  if (history.data === undefined) return null;
  return (
    <VerdictTimeline
      title={`This workspace, last ${RUNS} runs`}
      taskResults={history.data.items}
      currentId={taskResult.id}
      hrefOf={({ id }) => paths.details(slug, id)}
    />
  );
}
