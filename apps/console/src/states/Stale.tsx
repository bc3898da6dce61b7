import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { durationText } from '../time/duration-text.js';
import { useNow } from '../time/use-now.js';

/** What is shown is as old as this, and newer could not be read. */
export function Stale({ readAt }: { readonly readAt: number }): ReactNode {
  const age = useNow().getTime() - readAt;
  return (
    <Badge variant="outline" color="orange" tt="none" role="status">
      could not be read again · {durationText(Math.floor(age / 1_000) * 1_000)} old
    </Badge>
  );
}
