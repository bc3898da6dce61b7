import { Button, Group, Text, Tooltip } from '@mantine/core';
import { routes, type TaskResultDetailBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { RunLink } from '../task-results/RunLink.js';
import { useNow } from '../../time/use-now.js';

/** What can be done about a task result; what cannot says why. */
export function RunActions({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const { id, organization } = taskResult;
  const may = useMay();
  const queries = useQueryClient();
  const resend = useMutation({
    mutationFn: () => client.call(routes.resendTaskResult, { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['task-result', id] }),
  });
  const hindrance = hindranceOf(taskResult, useNow(), may('task-results.resend'));
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
      <Tooltip label={hindrance} disabled={hindrance === null} multiline maw={300}>
        <Button
          size="xs"
          variant="default"
          aria-disabled={hindrance !== null}
          data-disabled={hindrance !== null}
          loading={resend.isPending}
          onClick={() => {
            if (hindrance === null) resend.mutate();
          }}
        >
          Resend callback
        </Button>
      </Tooltip>
    </Group>
  );
}

/** Why the verdict cannot be sent again; null when it can. */
function hindranceOf({ state, finalBy }: TaskResultDetailBody, now: Date, isPermitted: boolean): string | null {
  if (!isPermitted) return 'You need the permission task-results.resend, which operators have.';
  if (state === 'accepted' || state === 'evaluating' || state === 'waiting') return 'There is no verdict yet.';
  if (state === 'delivered') return 'Terraform has taken the verdict, which is final.';
  return Date.parse(finalBy) <= now.getTime() ? 'The deadline is over: Terraform no longer listens.' : null;
}
