import type { ListedTaskResultBody, TaskResultBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import type { Column } from '../../list/RecordList.js';
import { AppLink } from '../../shell/AppLink.js';
import { Deadline } from '../../time/Deadline.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { SEVERITIES } from './findings.js';
import { StateMark, VerdictMark } from './Marks.js';
import { isInFlight, STAGE_NAMES } from './names.js';

interface Options {
  readonly organization: string | null;
  readonly hrefOf: (taskResult: ListedTaskResultBody) => string;
  /** There is room for words. */
  readonly isWide: boolean;
}

/** Columns of a list of task results; of one organization, its name is left out. */
export function columnsOf({ organization, hrefOf, isWide }: Options): readonly Column<ListedTaskResultBody>[] {
  return [
    { id: 'verdict', header: 'Verdict', width: '84px', cell: ({ verdict }) => <VerdictMark verdict={verdict} /> },
    {
      id: 'workspace',
      header: 'Workspace',
      width: 'minmax(100px, 2fr)',
      cell: (taskResult) => <AppLink href={hrefOf(taskResult)}>{taskResult.workspaceName}</AppLink>,
    },
    ...(organization === null ? [ORGANIZATION] : []),
    { id: 'runTask', header: 'Run task', width: 'minmax(72px, 1fr)', cell: ({ runTask }) => runTask },
    {
      id: 'stage',
      header: 'Stage',
      width: '80px',
      cell: ({ stage, enforcementLevel }) => <span title={enforcementLevel}>{STAGE_NAMES[stage]}</span>,
    },
    { id: 'findings', header: 'Findings', width: '96px', cell: findingsCell },
    ...(isWide || organization !== null ? [MESSAGE] : []),
    { id: 'state', header: 'Delivery', width: '106px', cell: (taskResult) => <StateMark taskResult={taskResult} /> },
    { id: 'took', header: 'Took', width: '112px', align: 'right', cell: tookOf },
    { id: 'received', header: 'Received', width: '154px', cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
  ];
}

const ORGANIZATION: Column<ListedTaskResultBody> = {
  id: 'organization',
  header: 'Organization',
  width: 'minmax(88px, 1fr)',
  cell: ({ organization }) => organization,
};

const MESSAGE: Column<ListedTaskResultBody> = {
  id: 'message',
  header: 'Message',
  width: 'minmax(60px, 3fr)',
  cell: messageOf,
};

/** The worst first: `2 high, 1 low`. */
function findingsCell({ findings }: ListedTaskResultBody): ReactNode {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings[severity] ?? 0;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  const text = counts.join(', ');
  return <span title={text}>{text === '' ? '–' : text}</span>;
}

function messageOf({ message, reason }: TaskResultBody): ReactNode {
  const text = reason ?? message ?? '';
  return <span title={text}>{text}</span>;
}

/** What is in flight shows what is left instead. */
function tookOf(taskResult: TaskResultBody): ReactNode {
  const { decidedAt, receivedAt, finalBy, progressBy } = taskResult;
  if (isInFlight(taskResult)) return <Deadline at={progressBy < finalBy ? progressBy : finalBy} />;
  return decidedAt === null ? '–' : durationText(Date.parse(decidedAt) - Date.parse(receivedAt));
}
