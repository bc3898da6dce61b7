import { Button, Group, Text, Title } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { TaskResultDetailBody } from '@rungate/contract';
import { IconCircleCheck, IconCircleDashed, IconCircleX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { usePathParts } from '../../list/use-filters.js';
import { useMay } from '../../session/me.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { Copyable } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { Moment } from '../../time/Moment.js';
import { StoredChanges } from '../plan/StoredChanges.js';
import { Reevaluate } from '../reevaluation/Reevaluate.js';
import { Reevaluations } from '../reevaluation/Reevaluations.js';
import { Findings } from '../task-results/Findings.js';
import { findingsOf, sentenceOf } from '../task-results/findings.js';
import { RunLink } from '../task-results/RunLink.js';
import { STAGE_NAMES } from '../task-results/names.js';
import { useTaskResult } from '../task-results/use-task-result.js';
import { CheckSummary } from './CheckSummary.js';
import { markdownOf } from './markdown.js';
import { WorkspaceHistory } from './WorkspaceHistory.js';
import classes from './Details.module.css';

/** Where "Details" of a Terraform leads: what blocks, why, and how to mend it, for somebody with 20 seconds. */
export function DetailsPage(): ReactNode {
  const { slug, id } = usePathParts(z.object({ slug: z.string(), id: z.string() }));
  const result = useTaskResult(id);
  return (
    <Page title={result.data?.workspaceName ?? 'Result'}>
      <Answered what="The result" query={result}>
        {(taskResult) => <Details taskResult={taskResult} slug={slug} />}
      </Answered>
    </Page>
  );
}

function Details({
  taskResult,
  slug,
}: {
  readonly taskResult: TaskResultDetailBody;
  readonly slug: string;
}): ReactNode {
  const may = useMay();
  const findings = findingsOf(taskResult);
  return (
    <>
      <Verdict taskResult={taskResult} />
      <Panel title="Findings" beside={<CopyAsMarkdown taskResult={taskResult} />}>
        <Findings findings={findings} runUrl={taskResult.runUrl} />
      </Panel>
      <CheckSummary checks={taskResult.checks} />
      <StoredChanges id={taskResult.id} />
      <WorkspaceHistory taskResult={taskResult} slug={slug} />
      {may('task-results.reevaluate') ? <JudgedAgain taskResult={taskResult} /> : null}
    </>
  );
}

function JudgedAgain({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  return (
    <Panel title="Re-evaluations" beside={<Reevaluate taskResult={taskResult} onStarted={stay} />}>
      <Reevaluations id={taskResult.id} />
    </Panel>
  );
}

function stay(): void {
  // What comes of it appears below.
}

const SHAPES: Readonly<Record<'passed' | 'failed' | 'open', Icon>> = {
  passed: IconCircleCheck,
  failed: IconCircleX,
  open: IconCircleDashed,
};

function Verdict({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const { verdict, organization, workspaceName, stage, enforcementLevel, runId, receivedAt, message, purgedAt } =
    taskResult;
  const kind = verdict ?? 'open';
  const Shape = SHAPES[kind];
  return (
    <section className={classes.verdict} data-verdict={kind} aria-label="Verdict">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Shape size={26} aria-hidden className={classes.shape ?? ''} />
        <div style={{ minWidth: 0 }}>
          <Title order={2} fz="xl">
            {sentenceOf(taskResult)}
          </Title>
          {message === null ? null : <Text mt={2}>{message}</Text>}
          <div className={classes.where}>
            <span>
              {organization} / {workspaceName}
            </span>
            <span>
              {STAGE_NAMES[stage]}, {enforcementLevel}
            </span>
            <Copyable text={runId} what="the run id" />
            <RunLink url={taskResult.runUrl} />
            <Moment at={receivedAt} />
          </div>
          {purgedAt === null ? null : (
            <Text c="dimmed">What the checks found was removed by age; verdict and date stay.</Text>
          )}
        </div>
      </Group>
    </section>
  );
}

function CopyAsMarkdown({ taskResult }: { readonly taskResult: TaskResultDetailBody }): ReactNode {
  const { copied, copy } = useClipboard({ timeout: 1_500 });
  return (
    <Group gap={6}>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          copy(markdownOf(taskResult));
        }}
      >
        {copied ? 'Copied' : 'Copy as Markdown'}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          copy(window.location.href);
        }}
      >
        Copy link
      </Button>
    </Group>
  );
}
