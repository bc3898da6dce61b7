import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { LiveState } from '../api/live-stream.js';
import { useLive } from './live.js';
import classes from './Freshness.module.css';

const NAMES: Readonly<Record<LiveState, string>> = {
  connecting: 'connecting…',
  live: 'live',
  reconnecting: 'reconnecting…',
  paused: 'paused',
};

/** How fresh this page is, and the button that holds it still. */
export function Freshness(): ReactNode {
  const { state, isPaused, togglePause } = useLive();
  return (
    <span className={classes.freshness}>
      <span data-state={state} className={classes.state} role="status">
        <span aria-hidden>{state === 'live' ? '●' : state === 'paused' ? '❚❚' : '◌'}</span> {NAMES[state]}
      </span>
      <Button size="compact-xs" variant="default" onClick={togglePause} title="Space">
        {isPaused ? 'Go on' : 'Pause'}
      </Button>
    </span>
  );
}
