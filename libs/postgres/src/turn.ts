/** How long a delivery is its process' own: longer than one attempt may take. Milliseconds. */
export const TURN_MS = 20_000;
/** An attempt that takes longer is over, whatever became of its process: it starts within 2 s or not at all, and the sender's own timer is 15 s. Milliseconds. */
export const ATTEMPT_MS = 18_000;
