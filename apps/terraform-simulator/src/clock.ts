/** Where the simulator takes its time from, so that tests can hold it. */
export interface SimulatorClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once, `ms` from now; the answer cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** Longest delay that Node's timers take, milliseconds. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST_DELAY_MS));
    return () => {
      clearTimeout(timer);
    };
  },
};
