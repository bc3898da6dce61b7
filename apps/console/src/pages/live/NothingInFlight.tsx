import type { ReactNode } from 'react';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { Empty } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { STATE_NAMES, VERDICT_NAMES } from '../task-results/names.js';
import { useLatest } from './use-latest.js';

/** The board is empty: what ran last, to tell a quiet hour from a platform that nobody reaches. */
export function NothingInFlight({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  const last = useLatest().data?.[0];
  return (
    <Empty title={isFiltered ? 'Nothing in flight fits these filters' : 'Nothing is in flight'}>
      {last === undefined ? null : (
        <div>
          Last run:{' '}
          <AppLink
            href={paths.run(last.id)}
            underline="always"
          >{`${last.organization} / ${last.workspaceName}`}</AppLink>
          , {(last.verdict === null ? STATE_NAMES[last.state] : VERDICT_NAMES[last.verdict]).toLowerCase()},{' '}
          <Moment at={last.receivedAt} />.
        </div>
      )}
      What has ended is under{' '}
      <AppLink href={paths.runs} underline="always">
        Runs
      </AppLink>
      .
    </Empty>
  );
}
