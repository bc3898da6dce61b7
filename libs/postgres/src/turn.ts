/** How long a delivery is its process' own: longer than one attempt may take. Milliseconds. */
export const TURN_MS = 20_000;
/** An attempt that takes longer is over, whatever became of its process: the sender's own timer is 15 s. Milliseconds. */
export const ATTEMPT_MS = 16_000;
