import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { history } from '../history.js';
import { paths } from '../paths.js';
import { isSignedOut, MeContext, useAskWhoIAm } from '../session/me.js';
import { Failed, Loading } from '../states/States.js';
import { LiveProvider } from '../live/LiveProvider.js';
import { Header } from './Header.js';
import { Notices } from './Notices.js';
import { OnDemand } from './OnDemand.js';
import classes from './Shell.module.css';

const LOGIN = paths.login('');

/** What surrounds every page; who is not signed in is led to the login, and back here after it. */
export function Shell(): ReactNode {
  const me = useAskWhoIAm();
  const here = useRouterState({ select: ({ location }) => location.href });
  const signedOut = isSignedOut(me.error);
  useEffect(() => {
    // While the login is being loaded its address is here already.
    if (!signedOut || here.startsWith(LOGIN)) return;
    // In its place: going back leads to where somebody was, not to a page that leads here again.
    const door = paths.door(here);
    if (door === null) history.replace(paths.login(here));
    else window.location.replace(door);
  }, [signedOut, here]);
  if (signedOut) return null;
  if (me.data !== undefined) {
    return (
      <MeContext value={me.data}>
        <LiveProvider>
          <a className="skip" href="#content">
            Skip to the content
          </a>
          <div className={classes.shell}>
            <Notices />
            <Header />
            <main id="content" tabIndex={0} className={classes.main}>
              <Outlet />
            </main>
          </div>
          <OnDemand />
        </LiveProvider>
      </MeContext>
    );
  }
  return (
    <main className={classes.centered}>
      {me.error === null ? (
        <Loading rows={4} />
      ) : (
        <Failed what="Who you are could not be asked" error={me.error} retry={() => void me.refetch()} />
      )}
    </main>
  );
}
