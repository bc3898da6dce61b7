import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { paths } from '../../paths.js';
import { AttemptsPicture } from '../../pictures/AttemptsPicture.js';
import { AppLink } from '../../shell/AppLink.js';
import { Answered } from '../../states/Answered.js';
import { useTaskResult } from '../task-results/use-task-result.js';

/** The latest of a cause, with its tries. */
export function Sample({ id }: { readonly id: string }): ReactNode {
  return (
    <Answered what="The latest of them" query={useTaskResult(id)}>
      {(taskResult) => (
        <>
          <Text fz="sm" mb="xs">
            The latest:{' '}
            <AppLink href={`${paths.run(id)}?tab=callbacks`}>
              {taskResult.organization} / {taskResult.workspaceName}
            </AppLink>
          </Text>
          <AttemptsPicture taskResult={taskResult} />
        </>
      )}
    </Answered>
  );
}
