import { ActionIcon, Group, Tooltip } from '@mantine/core';
import type { LiveBoardBody } from '@rungate/contract';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Column } from '../../list/RecordList.js';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { HinderedButton } from '../../states/HinderedButton.js';
import { Deadline } from '../../time/Deadline.js';
import type { Intervention } from '../intervention/Intervene.js';
import { extensionHindrance, finishHindrance } from '../run/hindrances.js';
import { RunLink } from '../task-results/RunLink.js';
import { STAGE_NAMES, STATE_NAMES } from '../task-results/names.js';

/** One row of the board. */
export type Item = LiveBoardBody['items'][number];

/** Something that can be done about a row, or about the organization that it is of. */
export type Action = Intervention | 'intake';
/** Asks for something to be done about a row. */
export type Intervenes = (action: Action, item: Item) => void;

/**
 * Columns of the board, the most urgent first; `intervene` null: who looks may do nothing about its rows. `counts`, by the
 * first row of each organization: rows stand by organization.
 */
export function columnsOf(
  counts: ReadonlyMap<string, number> | null,
  intervene: Intervenes | null,
): readonly Column<Item>[] {
  const columns = counts === null ? COLUMNS : [groupOf(counts), ...COLUMNS.filter(({ id }) => id !== 'organization')];
  return intervene === null ? columns : [...columns, actionsOf(intervene)];
}

/** Its name stands in each row, and is strong in the first. */
function groupOf(counts: ReadonlyMap<string, number>): Column<Item> {
  return {
    id: 'organization',
    header: 'Organization',
    width: 'minmax(110px, 1fr)',
    cell: ({ id, organization }) => {
      const count = counts.get(id);
      return count === undefined ? (
        <span className="quiet">{organization}</span>
      ) : (
        <b>
          {organization} ({count})
        </b>
      );
    },
  };
}

const COLUMNS: readonly Column<Item>[] = [
  { id: 'idle', header: 'Sign of life in', width: '124px', cell: ({ progressBy }) => <Deadline at={progressBy} /> },
  { id: 'hard', header: 'Verdict in', width: '112px', cell: hardOf },
  {
    id: 'workspace',
    header: 'Workspace',
    width: 'minmax(100px, 2fr)',
    cell: ({ id, workspaceName }) => <AppLink href={paths.run(id)}>{workspaceName}</AppLink>,
  },
  { id: 'organization', header: 'Organization', width: 'minmax(84px, 1fr)', cell: ({ organization }) => organization },
  {
    id: 'stage',
    header: 'Stage',
    width: '80px',
    cell: ({ stage, enforcementLevel }) => <span title={enforcementLevel}>{STAGE_NAMES[stage]}</span>,
  },
  { id: 'step', header: 'Step', width: 'minmax(120px, 2fr)', cell: stepOf },
  { id: 'attempts', header: 'Sent', width: 'minmax(76px, 1fr)', cell: sentOf },
  {
    id: 'worker',
    header: 'Worker',
    width: 'minmax(72px, 1fr)',
    cell: ({ worker }) => <span title={worker ?? ''}>{worker ?? '–'}</span>,
  },
  { id: 'run', header: 'Run', width: '130px', cell: ({ runUrl }) => <RunLink url={runUrl} /> },
];

const FIXED = 'Its Terraform moves no deadline, whatever is sent.';

function actionsOf(intervene: Intervenes): Column<Item> {
  return {
    id: 'actions',
    header: 'Actions',
    width: '146px',
    align: 'right',
    cell: (item) => (
      <Group gap={4} wrap="nowrap" justify="flex-end">
        <HinderedButton
          size="compact-xs"
          label={`Extend ${item.workspaceName}`}
          hindrance={item.deadlineProfile === 'fixed' ? FIXED : extensionHindrance(item, true)}
          onClick={() => {
            intervene('extend', item);
          }}
        >
          Extend
        </HinderedButton>
        <HinderedButton
          size="compact-xs"
          label={`Finish ${item.workspaceName} now`}
          hindrance={finishHindrance(item, true)}
          onClick={() => {
            intervene('finish', item);
          }}
        >
          Finish
        </HinderedButton>
        <IntakeButton
          item={item}
          onClick={() => {
            intervene('intake', item);
          }}
        />
      </Group>
    ),
  };
}

function IntakeButton({ item, onClick }: { readonly item: Item; readonly onClick: () => void }): ReactNode {
  const isPaused = item.heldBy !== null;
  const label = `${isPaused ? 'Resume' : 'Pause'} intake of ${item.organization}`;
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" variant="default" aria-label={label} onClick={onClick}>
        {isPaused ? <IconPlayerPlay size={13} aria-hidden /> : <IconPlayerPause size={13} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}

function hardOf({ deadlineProfile, finalBy }: Item): ReactNode {
  return deadlineProfile === 'fixed' ? '– (fixed)' : <Deadline at={finalBy} />;
}

function stepOf({ state, heldBy, step: { done, total, check } }: Item): string {
  if (heldBy !== null) return `held: intake paused by ${heldBy}`;
  if (state !== 'evaluating') return STATE_NAMES[state];
  return check === null ? `${done}/${total} checks` : `${check} ${done + 1}/${total}`;
}

function sentOf({ sent: { attempts, status, error } }: Item): string {
  if (attempts === 0) return '–';
  const answer = status === null ? (error ?? 'no answer') : `HTTP ${status}`;
  return `${attempts} × ${answer}`;
}
