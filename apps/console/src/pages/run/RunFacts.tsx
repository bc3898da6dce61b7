import { Text } from '@mantine/core';
import type { TaskResultDetailBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { Copyable } from '../../states/Copy.js';
import { Facts } from '../../states/Facts.js';
import { Deadline } from '../../time/Deadline.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { StateMark, VerdictMark } from '../task-results/Marks.js';
import { isInFlight, STAGE_NAMES } from '../task-results/names.js';

/** What a task result is, at a glance. */
export function RunFacts({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const { message, reason, organization, runTask, stage, enforcementLevel, verdict } = taskResult;
  return (
    <section className="panel" aria-label="Facts">
      {message === null ? null : (
        <Text fw={550} mb={10}>
          {message}
        </Text>
      )}
      {reason === null ? null : (
        <Text c="var(--bad)" mb={10}>
          {reason}
        </Text>
      )}
      <Facts
        facts={[
          ['Verdict', <VerdictMark key="verdict" verdict={verdict} />],
          ['Delivery', <StateMark key="state" taskResult={taskResult} />],
          [
            'Organization',
            <AppLink key="org" href={paths.organization(organization)}>
              {organization}
            </AppLink>,
          ],
          ['Run task', runTask],
          ['Stage', `${STAGE_NAMES[stage]}, ${enforcementLevel}`],
          ['Received', <Moment key="received" at={taskResult.receivedAt} />],
          ['Decided', <When key="decided" from={taskResult.receivedAt} to={taskResult.decidedAt} />],
          ['Delivered', <When key="delivered" from={taskResult.receivedAt} to={taskResult.deliveredAt} />],
          ...(isInFlight(taskResult) ? deadlinesOf(taskResult) : []),
          ['Terraform run', <Copyable key="run" text={taskResult.runId} what="the run id" />],
          [
            'Task result of Terraform',
            <Copyable key="result" text={taskResult.taskResultId} what="the task result id" />,
          ],
          ['Id', <Copyable key="id" text={taskResult.id} what="the id" />],
          [
            'Verified by key',
            <span key="key" className="mono">
              {taskResult.hmacKeyFingerprint}
            </span>,
          ],
        ]}
      />
    </section>
  );
}

function deadlinesOf({ progressBy, finalBy }: TaskResultDetailBody): readonly (readonly [string, ReactNode])[] {
  return [
    ['Until a sign of life', <Deadline key="progress" at={progressBy} />],
    ['Until the verdict', <Deadline key="final" at={finalBy} />],
  ];
}

function When({ from, to }: { readonly from: string; readonly to: string | null }): ReactNode {
  if (to === null) return '–';
  return (
    <>
      <Moment at={to} />{' '}
      <Text span c="dimmed" fz="xs">
        after {durationText(Date.parse(to) - Date.parse(from))}
      </Text>
    </>
  );
}
