import type { TaskResultBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import type { Column } from '../../list/RecordList.js';
import { AppLink } from '../../shell/AppLink.js';
import { Deadline } from '../../time/Deadline.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { StateMark, VerdictMark } from './Marks.js';
import { isInFlight, STAGE_NAMES } from './names.js';

interface Options {
  readonly organization: string | null;
  readonly hrefOf: (taskResult: TaskResultBody) => string;
}

/** Columns of a list of task results; of one organization, its name is left out. */
export function columnsOf({ organization, hrefOf }: Options): readonly Column<TaskResultBody>[] {
  return [
    { id: 'verdict', header: 'Verdict', width: '92px', cell: ({ verdict }) => <VerdictMark verdict={verdict} /> },
    {
      id: 'workspace',
      header: 'Workspace',
      width: 'minmax(140px, 2fr)',
      cell: (taskResult) => <AppLink href={hrefOf(taskResult)}>{taskResult.workspaceName}</AppLink>,
    },
    ...(organization === null ? [ORGANIZATION] : []),
    { id: 'runTask', header: 'Run task', width: 'minmax(90px, 1fr)', cell: ({ runTask }) => runTask },
    { id: 'stage', header: 'Stage', width: '84px', cell: ({ stage }) => STAGE_NAMES[stage] },
    { id: 'enforcement', header: 'Enforcement', width: '92px', cell: ({ enforcementLevel }) => enforcementLevel },
    { id: 'message', header: 'Message', width: 'minmax(120px, 3fr)', cell: messageOf },
    { id: 'state', header: 'Delivery', width: '118px', cell: (taskResult) => <StateMark taskResult={taskResult} /> },
    { id: 'took', header: 'Took', width: '136px', align: 'right', cell: tookOf },
    { id: 'received', header: 'Received', width: '150px', cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
  ];
}

const ORGANIZATION: Column<TaskResultBody> = {
  id: 'organization',
  header: 'Organization',
  width: 'minmax(90px, 1fr)',
  cell: ({ organization }) => organization,
};

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
