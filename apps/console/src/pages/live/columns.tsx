import type { LiveBoardBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import type { Column } from '../../list/RecordList.js';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { Deadline } from '../../time/Deadline.js';
import { RunLink } from '../task-results/RunLink.js';
import { STAGE_NAMES, STATE_NAMES } from '../task-results/names.js';

type Item = LiveBoardBody['items'][number];

/** Columns of the board, the most urgent first. */
export const COLUMNS: readonly Column<Item>[] = [
  { id: 'idle', header: 'Sign of life in', width: '150px', cell: ({ progressBy }) => <Deadline at={progressBy} /> },
  { id: 'hard', header: 'Verdict in', width: '150px', cell: hardOf },
  {
    id: 'workspace',
    header: 'Workspace',
    width: 'minmax(140px, 2fr)',
    cell: ({ id, workspaceName }) => <AppLink href={paths.run(id)}>{workspaceName}</AppLink>,
  },
  { id: 'organization', header: 'Organization', width: 'minmax(90px, 1fr)', cell: ({ organization }) => organization },
  {
    id: 'stage',
    header: 'Stage',
    width: '90px',
    cell: ({ stage, enforcementLevel }) => <span title={enforcementLevel}>{STAGE_NAMES[stage]}</span>,
  },
  { id: 'step', header: 'Step', width: 'minmax(120px, 2fr)', cell: stepOf },
  { id: 'attempts', header: 'Sent', width: 'minmax(80px, 1fr)', cell: sentOf },
  {
    id: 'worker',
    header: 'Worker',
    width: 'minmax(80px, 1fr)',
    cell: ({ worker }) => <span title={worker ?? ''}>{worker ?? '–'}</span>,
  },
  { id: 'run', header: 'Run', width: '130px', cell: ({ runUrl }) => <RunLink url={runUrl} /> },
];

function hardOf({ deadlineProfile, finalBy }: Item): ReactNode {
  return deadlineProfile === 'fixed' ? '– (fixed)' : <Deadline at={finalBy} />;
}

function stepOf({ state, step: { done, total, check } }: Item): string {
  if (state !== 'evaluating') return STATE_NAMES[state];
  return check === null ? `${done}/${total} checks` : `${check} ${done + 1}/${total}`;
}

function sentOf({ sent: { attempts, status, error } }: Item): string {
  if (attempts === 0) return '–';
  const answer = status === null ? (error ?? 'no answer') : `HTTP ${status}`;
  return `${attempts} × ${answer}`;
}
