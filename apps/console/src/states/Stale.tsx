import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { durationText } from '../time/duration-text.js';
import { serverTimeOf } from '../time/server-clock.js';
import { useNow } from '../time/use-now.js';

/** What is shown is as old as this, and newer could not be read. Said once: the age grows in silence. */
export function Stale({ readAt }: { readonly readAt: number }): ReactNode {
  const age = useNow().getTime() - serverTimeOf(readAt);
  return (
    <Badge variant="outline" color="orange" tt="none">
      <span role="status">could not be read again</span> · {durationText(Math.floor(age / 1_000) * 1_000)} old
    </Badge>
  );
}
