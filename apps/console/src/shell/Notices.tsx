import type { ReactNode } from 'react';
import { stepUpAddress } from '../api/sign-in.js';
import { useMe, type Me } from '../session/me.js';
import { clockText } from '../time/duration-text.js';
import { useNow } from '../time/use-now.js';
import classes from './Notices.module.css';

/** Ahead of the end of a session, ms. */
const AHEAD_MS = 120_000;

/** What must not be overlooked, above everything else. */
export function Notices(): ReactNode {
  const { development, session } = useMe();
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
      {session === null ? null : <Ending session={session} />}
    </>
  );
}

/** Said in time to go on: what is asked for prolongs a session, until its day is over. */
function Ending({ session }: { readonly session: NonNullable<Me['session']> }): ReactNode {
  const left = Date.parse(session.endsAt) - useNow().getTime();
  if (left > AHEAD_MS || left < 0) return null;
  return (
    <div className={classes.notice} data-tone="warn" role="status">
      Your session ends in {clockText(left)}. <a href={stepUpAddress(window.location.pathname)}>Sign in again</a>
    </div>
  );
}
