import { API_PREFIX, type LiveEventBody } from '@rungate/contract';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { listen, type LiveState } from '../api/live-stream.js';
import { useMay, useMe } from '../session/me.js';
import { useSingleKeys } from '../shell/use-single-keys.js';
import { Changes } from './changes.js';
import { LiveContext } from './live.js';

/** Events of this time are told at once: pages read again no more often, ms. */
const TOGETHER_MS = 1_000;

/** One stream for this tab: what it tells is read again by the pages that show it. Space pauses. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [state, setState] = useState<LiveState>('connecting');
  const [changes, setChanges] = useState(new Changes());
  const [isPaused, setPaused] = useState(false);
  const queries = useQueryClient();
  const path = useStreamPath();
  const togglePause = (): void => {
    setPaused((paused) => !paused);
  };
  // On a button or a link the space bar presses it.
  useSingleKeys([['space', togglePause]], ['BUTTON', 'A', 'SUMMARY']);
  useEffect(() => {
    if (path === null || isPaused) return;
    const batch = new Batch((events) => {
      setChanges((before) => before.after(events, Date.now()));
      void readAgain(queries, events);
    });
    const stop = listen(path, {
      state: setState,
      changed: (event) => {
        batch.add(event);
      },
      missed: () => void queries.invalidateQueries(),
      // Nobody says why: whoever is no longer signed in is led to the sign-in by asking.
      refused: () => void queries.invalidateQueries({ queryKey: ['me'] }),
    });
    // What happened during a pause is not told afterwards.
    void queries.invalidateQueries({ refetchType: 'active' });
    return () => {
      stop();
      batch.stop();
    };
  }, [path, isPaused, queries]);
  const live = useMemo(
    () => ({ state: isPaused ? 'paused' : state, isPaused, togglePause, changes }) as const,
    [state, isPaused, changes],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useStreamPath(): string | null {
  const { organization } = useMe();
  const may = useMay();
  if (organization === null) return may('live.read') ? `${API_PREFIX}/events` : null;
  return may('task-results.read') ? `${API_PREFIX}/organizations/${encodeURIComponent(organization)}/events` : null;
}

async function readAgain(queries: QueryClient, events: readonly LiveEventBody[]): Promise<void> {
  const keys = new Set(events.map(keyOf));
  if (keys.size > 0) keys.add(JSON.stringify(['live']));
  await Promise.all(
    [...keys].map((key) => queries.invalidateQueries({ predicate: ({ queryKey }) => begins(queryKey, key) })),
  );
}

/** Lists are not among them: they say how much changed, and leave it to their reader when to read again. */
function keyOf(event: LiveEventBody): string {
  switch (event.kind) {
    case 'task-result':
      return JSON.stringify(['task-result', event.taskResultId]);
    case 'run-task':
      return JSON.stringify(['run-tasks', event.organization]);
    case 'operation':
      return JSON.stringify(['operation', event.operationId]);
    case 'organization':
      return JSON.stringify(['organizations', 'one', event.organization]);
  }
}

function begins(queryKey: readonly unknown[], key: string): boolean {
  return JSON.stringify(queryKey).startsWith(key.slice(0, -1));
}

/** Collects events and hands them over together. */
class Batch {
  #events: LiveEventBody[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly handOver: (events: readonly LiveEventBody[]) => void) {}

  add(event: LiveEventBody): void {
    this.#events.push(event);
    this.#timer ??= setTimeout(() => {
      const events = this.#events;
      this.#events = [];
      this.#timer = undefined;
      this.handOver(events);
    }, TOGETHER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
