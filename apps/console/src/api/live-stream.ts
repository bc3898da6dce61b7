import { LIVE_EVENT_NAMES, liveEvent, type LiveEventBody } from '@rungate/contract';

/** How fresh what is shown is. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'paused';

/** What a stream tells. */
export interface LiveListener {
  readonly changed: (event: LiveEventBody) => void;
  /** Something may have been missed: everything is to be read again. */
  readonly missed: () => void;
  /** The answer was no stream. */
  readonly refused: () => void;
  readonly state: (state: LiveState) => void;
}

/** After an answer that was no stream, the browser does not try again by itself: each time twice as long, up to the last. */
const FIRST_WAIT_MS = 5_000;
const LAST_WAIT_MS = 60_000;

/** Listens to what changes, in one organization or all, until the answer is called. */
export function listen(path: string, listener: LiveListener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;
  let waitMs = FIRST_WAIT_MS;
  const open = (): void => {
    source = new EventSource(path);
    source.addEventListener('open', () => {
      // A stream that begins anew knows nothing of the time without one.
      if (wasOpen && source?.readyState === EventSource.OPEN) listener.missed();
      wasOpen = true;
      waitMs = FIRST_WAIT_MS;
      listener.state('live');
    });
    source.addEventListener(LIVE_EVENT_NAMES.change, ({ data }: MessageEvent<unknown>) => {
      const event = readEvent(data);
      if (event !== null) listener.changed(event);
    });
    source.addEventListener(LIVE_EVENT_NAMES.gap, listener.missed);
    // Who was signed out learns it by asking who he is.
    source.addEventListener(LIVE_EVENT_NAMES.end, listener.missed);
    source.addEventListener('error', () => {
      listener.state('reconnecting');
      if (source?.readyState !== EventSource.CLOSED) return;
      listener.refused();
      timer = setTimeout(open, waitMs);
      waitMs = Math.min(2 * waitMs, LAST_WAIT_MS);
    });
  };
  listener.state('connecting');
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function readEvent(data: unknown): LiveEventBody | null {
  if (typeof data !== 'string') return null;
  try {
    return liveEvent.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}
