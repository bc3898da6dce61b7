import { useRef, useState, type FocusEvent } from 'react';
import { steadyOf, type Steady } from './steady.js';

interface UsedSteady<Item> extends Steady<Item> {
  /** For what holds the rows: while the pointer or the focus is in it, nothing moves. */
  readonly hold: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: () => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
  };
  /** Shows all as it is now, and holds that. */
  readonly letGo: () => void;
}

/** Holds the rows of a list that changes by itself where they are while somebody points at them or goes through them. */
export function useSteady<Item>(items: readonly Item[], keyOf: (item: Item) => string): UsedSteady<Item> {
  const [held, setHeld] = useState<readonly Item[] | null>(null);
  const by = useRef({ pointer: false, focus: false });
  const note = (change: Partial<(typeof by)['current']>): void => {
    by.current = { ...by.current, ...change };
    const isHeld = by.current.pointer || by.current.focus;
    setHeld((before) => (isHeld ? (before ?? items) : null));
  };
  return {
    ...(held === null ? { rows: items, added: 0, gone: 0 } : steadyOf(held, items, keyOf)),
    hold: {
      onPointerEnter: () => {
        note({ pointer: true });
      },
      onPointerLeave: () => {
        note({ pointer: false });
      },
      onFocus: () => {
        note({ focus: true });
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        note({ focus: relatedTarget !== null && currentTarget.contains(relatedTarget) });
      },
    },
    letGo: () => {
      setHeld((before) => (before === null ? null : items));
    },
  };
}
