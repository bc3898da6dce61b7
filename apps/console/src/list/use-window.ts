import { useEffect, useState, type RefObject } from 'react';

interface WindowOptions {
  readonly frame: RefObject<HTMLElement | null>;
  /** Every row has it, pixels. */
  readonly rowHeight: number;
  readonly count: number;
}

/** The rows that are made: from `first` to before `end`; `show` scrolls to one. */
interface Window {
  readonly first: number;
  readonly end: number;
  readonly show: (index: number) => void;
}

/** Rows beyond the visible ones, so that scrolling shows none too late. */
const MARGIN = 15;

/** Which rows of a long list are in sight. Rows of one height need no measuring. */
export function useWindow({ frame, rowHeight, count }: WindowOptions): Window {
  const [{ top, height }, setView] = useState({ top: 0, height: 1_000 });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = (): void => {
      setView({ top: Math.floor(element.scrollTop / rowHeight) * rowHeight, height: element.clientHeight });
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [frame, rowHeight]);
  const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + MARGIN);
  const show = (index: number): void => {
    const element = frame.current;
    if (element === null) return;
    const head = element.firstElementChild?.clientHeight ?? 0;
    const [rowTop, rowEnd] = [index * rowHeight, (index + 1) * rowHeight + head];
    if (rowTop < element.scrollTop) element.scrollTop = rowTop;
    else if (rowEnd > element.scrollTop + element.clientHeight) element.scrollTop = rowEnd - element.clientHeight;
  };
  return { first, end, show };
}
