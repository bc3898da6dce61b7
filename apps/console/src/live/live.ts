import { createContext, use } from 'react';
import type { LiveState } from '../api/live-stream.js';
import { Changes } from './changes.js';

/** What is known of changes at the server. */
export interface Live {
  readonly state: LiveState;
  readonly isPaused: boolean;
  readonly togglePause: () => void;
  /** Which task results changed since this tab was opened. */
  readonly changes: Changes;
}

/** Known to every page below the shell. */
export const LiveContext = createContext<Live>({
  state: 'connecting',
  isPaused: false,
  togglePause: () => undefined,
  changes: new Changes(),
});

/** What is known of changes at the server. */
export function useLive(): Live {
  return use(LiveContext);
}
