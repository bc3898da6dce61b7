import { Anchor } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { stepUpAddress } from '../api/sign-in.js';
import { useMe } from '../session/me.js';
import { endingOf, type Ending } from '../session/ending.js';
import { clockText } from '../time/duration-text.js';
import { useNow } from '../time/use-now.js';
import classes from './Notices.module.css';

const ViewNotice = lazy(async () => ({ default: (await import('./ViewNotice.js')).ViewNotice }));

/** What must not be overlooked, above everything else. */
export function Notices(): ReactNode {
  const { development, session, view } = useMe();
  const [hasViewed, setHasViewed] = useState(false);
  if (view !== null && !hasViewed) setHasViewed(true);
  return (
    <>
      {development ? (
        <div className={classes.notice} data-tone="bad">
          Development sign-in: anybody on this machine may be anybody.
        </div>
      ) : null}
      {session?.isByLink === true ? (
        <div className={classes.notice} data-tone="warn">
          Signed in by a one-time link, past every identity provider. What you do is in the audit trail.
        </div>
      ) : null}
      {hasViewed ? (
        <Suspense>
          <ViewNotice />
        </Suspense>
      ) : null}
      {session === null ? null : <SessionEnd session={session} />}
    </>
  );
}

/** Said in time to go on. Whether somebody did something meanwhile only the server knows: it is asked before this is said. */
function SessionEnd({ session }: { readonly session: Ending['session'] }): ReactNode {
  const queries = useQueryClient();
  const { why, leftMs, isNear, isOver } = endingOf(session, useNow().getTime());
  useEffect(() => {
    if (isNear || isOver) void queries.invalidateQueries({ queryKey: ['me'] });
  }, [isNear, isOver, queries]);
  if (!isNear) return null;
  return (
    <div className={classes.notice} data-tone="warn">
      <span role="status">
        {why === 'idle' ? 'You will soon be signed out: nothing was done for long.' : 'Your session ends soon.'}
      </span>{' '}
      {clockText(leftMs)} left.{' '}
      {why === 'idle' ? (
        <Anchor
          component="button"
          fz="inherit"
          onClick={() => {
            void queries.invalidateQueries({ queryKey: ['me'] });
          }}
        >
          Stay signed in
        </Anchor>
      ) : (
        <a href={stepUpAddress(window.location.pathname)}>Sign in again</a>
      )}
    </div>
  );
}
