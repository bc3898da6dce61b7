import { Button } from '@mantine/core';
import type { LiveBoardBody } from '@rungate/contract';
import { useMemo, useState, type ReactNode } from 'react';
import { RecordList } from '../../list/RecordList.js';
import { useSteady } from '../../list/use-steady.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { Intake } from '../intake/Intake.js';
import { Intervene } from '../intervention/Intervene.js';
import { byOrganization } from './by-organization.js';
import { columnsOf, type Action, type Item } from './columns.js';
import { NothingInFlight } from './NothingInFlight.js';
import classes from './Live.module.css';

interface InFlightProps {
  readonly board: LiveBoardBody;
  readonly isFiltered: boolean;
  /** Whether rows of one organization stand beside each other. */
  readonly isGrouped: boolean;
  readonly readAt: number;
  readonly readAgain: () => void;
}

interface Asked {
  readonly action: Action;
  readonly item: Item;
}

/** What is in flight; nothing moves under the pointer, nor under the focus. */
export function InFlight({ board, isFiltered, isGrouped, readAt, readAgain }: InFlightProps): ReactNode {
  const { rows: inOrder, added, gone, hold, letGo } = useSteady(board.items, keyOf);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => {
    setAsked(null);
  };
  const isIntervening = useMay()('task-results.intervene');
  const { rows, counts } = useMemo(
    () => (isGrouped ? byOrganization(inOrder) : { rows: inOrder, counts: null }),
    [inOrder, isGrouped],
  );
  const columns = useMemo(
    () =>
      columnsOf(
        counts,
        isIntervening
          ? (action, item) => {
              setAsked({ action, item });
            }
          : null,
      ),
    [isIntervening, counts],
  );
  return (
    <>
      <div className={classes.inFlight} {...hold}>
        <RecordList
          what="in flight"
          columns={columns}
          list={{
            items: rows,
            error: null,
            isPending: false,
            isFetching: false,
            hasMore: board.isCut,
            readAt,
            readMore: nothing,
            readAgain,
          }}
          keyOf={keyOf}
          hrefOf={({ id }) => paths.run(id)}
          empty={<NothingInFlight isFiltered={isFiltered} />}
        />
        {added + gone === 0 ? null : (
          <Button size="compact-xs" variant="light" className={classes.news ?? ''} onClick={letGo}>
            ▲ {added} new, {gone} ended: show
          </Button>
        )}
      </div>
      {asked === null ? null : <Dialog asked={asked} onClose={close} />}
    </>
  );
}

function Dialog({
  asked: { action, item },
  onClose,
}: {
  readonly asked: Asked;
  readonly onClose: () => void;
}): ReactNode {
  const { id, organization, workspaceName, heldBy } = item;
  if (action === 'intake') return <Intake slug={organization} isPaused={heldBy !== null} onClose={onClose} />;
  return <Intervene intervention={action} id={id} name={`${organization} / ${workspaceName}`} onClose={onClose} />;
}

function keyOf({ id }: Item): string {
  return id;
}

function nothing(): void {
  // The board is one answer.
}
