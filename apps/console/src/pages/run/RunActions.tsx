import { Group, Text } from '@mantine/core';
import { routes, type TaskResultDetailBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { openPage } from '../../history.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { HinderedButton } from '../../states/HinderedButton.js';
import { useNow } from '../../time/use-now.js';
import { Intervene, type Intervention } from '../intervention/Intervene.js';
import { Reevaluate } from '../reevaluation/Reevaluate.js';
import { RunLink } from '../task-results/RunLink.js';
import { extensionHindrance, finishHindrance, resendHindrance } from './hindrances.js';

/** What can be done about a task result; what cannot says why. */
export function RunActions({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const { id, organization, workspaceName } = taskResult;
  const may = useMay();
  const now = useNow();
  const [asked, setAsked] = useState<Intervention | null>(null);
  const queries = useQueryClient();
  const resend = useMutation({
    mutationFn: () => client.call(routes.resendTaskResult, { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['task-result', id] }),
  });
  return (
    <Group gap="sm">
      {resend.error === null ? null : (
        <Text c="var(--bad)" role="alert">
          {resend.error.message}
        </Text>
      )}
      {resend.isSuccess ? <Text role="status">Sent again.</Text> : null}
      <RunLink url={taskResult.runUrl} />
      <AppLink href={paths.details(organization, id)}>Details page</AppLink>
      <HinderedButton
        hindrance={extensionHindrance(taskResult, may('task-results.intervene'))}
        onClick={() => {
          setAsked('extend');
        }}
      >
        Extend
      </HinderedButton>
      <HinderedButton
        hindrance={finishHindrance(taskResult, may('task-results.intervene'))}
        onClick={() => {
          setAsked('finish');
        }}
      >
        Finish now
      </HinderedButton>
      <Reevaluate
        taskResult={taskResult}
        onStarted={() => {
          openPage(`${paths.run(id)}?tab=again`);
        }}
      />
      <HinderedButton
        hindrance={resendHindrance(taskResult, now, may('task-results.resend'))}
        isPending={resend.isPending}
        onClick={resend.mutate}
      >
        Resend callback
      </HinderedButton>
      {asked === null ? null : (
        <Intervene
          intervention={asked}
          id={id}
          name={`${organization} / ${workspaceName}`}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </Group>
  );
}
