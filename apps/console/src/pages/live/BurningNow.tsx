import type { LiveBoardBody } from '@rungate/contract';
import { useEffect, useState, type ReactNode } from 'react';
import { burnDownOf, type Burning, type Seen } from '../../pictures/burn-down.js';
import { BurnDownPicture } from '../../pictures/BurnDownPicture.js';
import { useNow } from '../../time/use-now.js';

type Histories = ReadonlyMap<string, readonly Seen[]>;

/** The burn-down of what is in flight, with each deadline as this page saw it move. */
export function BurningNow({ board }: { readonly board: LiveBoardBody }): ReactNode {
  const now = useNow().getTime();
  const [histories, setHistories] = useState<Histories>(new Map());
  useEffect(() => {
    setHistories((before) => seenNow(before, board));
  }, [board]);
  const tasks = board.items.map((item) => ({
    ...burningOf(item, histories),
    name: `${item.organization} / ${item.workspaceName}`,
  }));
  const rows = tasks.map(({ id, name, deadline }) => ({ id, name, leftMs: deadline - now }));
  return (
    <BurnDownPicture
      burnDown={burnDownOf({ tasks, now, atRiskMs: board.atRiskWithinMs })}
      rows={rows.sort((a, b) => a.leftMs - b.leftMs)}
    />
  );
}

function burningOf(item: LiveBoardBody['items'][number], histories: Histories): Burning {
  const deadline = deadlineOf(item);
  return { id: item.id, receivedAt: Date.parse(item.receivedAt), deadline, seen: histories.get(item.id) ?? [] };
}

/** What is no longer in flight is forgotten. */
function seenNow(before: Histories, { items, now }: LiveBoardBody): Histories {
  return new Map(
    items.map((item) => {
      const seen = before.get(item.id) ?? [];
      const deadline = deadlineOf(item);
      return [item.id, seen.at(-1)?.deadline === deadline ? seen : [...seen, { at: Date.parse(now), deadline }]];
    }),
  );
}

/** The nearer one. */
function deadlineOf({ progressBy, finalBy }: LiveBoardBody['items'][number]): number {
  return Math.min(Date.parse(progressBy), Date.parse(finalBy));
}
