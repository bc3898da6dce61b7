import { useState } from 'react';
import { useLive } from './live.js';

/** How many task results changed since something was read. */
export function useChangesSince(readAt: number): number {
  const { changes } = useLive();
  const [then, setThen] = useState({ readAt, changes });
  if (then.readAt !== readAt) setThen({ readAt, changes });
  return changes - then.changes;
}
