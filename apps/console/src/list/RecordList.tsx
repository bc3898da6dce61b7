import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { List } from '../api/use-list.js';
import { openPage } from '../history.js';
import { usePreferences } from '../shell/preferences.js';
import { useSingleKeys } from '../shell/use-single-keys.js';
import { Failed, Loading } from '../states/States.js';
import { Stale } from '../states/Stale.js';
import { counted } from './counted.js';
import { useWindow } from './use-window.js';
import classes from './RecordList.module.css';

/** One column: what stands at its head and in its cells, and its width as CSS grid writes it. */
export interface Column<Item> {
  readonly id: string;
  readonly header: string;
  readonly cell: (item: Item) => ReactNode;
  readonly width: string;
  readonly align?: 'right';
}

interface RecordListProps<Item> {
  /** What the rows are, such as "runs". */
  readonly what: string;
  readonly columns: readonly Column<Item>[];
  readonly list: List<Item>;
  readonly keyOf: (item: Item) => string;
  /** Where a row leads; absent: nowhere. */
  readonly hrefOf?: (item: Item) => string;
  /** Shown when there are none. */
  readonly empty: ReactNode;
  /** How many rows are no longer as they were read, or new; they are shown when the reader wants it. */
  readonly changed?: number;
}

const ROW_HEIGHT = { compact: 34, comfortable: 46 } as const;

/**
 * Every list of the console: rows are made as they come into sight, the next page is read before its end is reached.
 * `j` and `k` go through the rows, `o` opens one, `r` reads again.
 */
export function RecordList<Item>(props: RecordListProps<Item>): ReactNode {
  const { what, list, empty } = props;
  useSingleKeys([['r', list.readAgain]]);
  if (list.isPending) {
    return (
      <div className="panel">
        <Loading />
      </div>
    );
  }
  if (list.error !== null && list.items.length === 0) {
    return <Failed what={`The ${what} could not be read`} error={list.error} retry={list.readAgain} />;
  }
  if (list.items.length === 0) return list.hasMore ? <Searching {...props} /> : <div className="panel">{empty}</div>;
  return <Rows {...props} />;
}

/** A search looks at so many rows at a time, and may find none among them. */
function Searching<Item>({ list: { readMore } }: RecordListProps<Item>): ReactNode {
  useEffect(() => {
    readMore();
  }, [readMore]);
  return (
    <div className="panel">
      <Loading />
    </div>
  );
}

function Rows<Item>({ what, columns, list, keyOf, hrefOf, changed = 0 }: RecordListProps<Item>): ReactNode {
  const { density } = usePreferences().preferences;
  const rowHeight = ROW_HEIGHT[density];
  const frame = useRef<HTMLDivElement>(null);
  const { first, end, show } = useWindow({ frame, rowHeight, count: list.items.length });
  const { readMore } = list;
  useEffect(() => {
    if (end === list.items.length) readMore();
  }, [end, list.items.length, readMore]);
  const [active, goTo] = useRowKeys({
    items: list.items,
    keyOf,
    hrefOf,
    show: (index) => {
      show(index);
      // Who goes through rows is in the list: also one that changes by itself then stays as it is.
      frame.current?.focus({ preventScroll: true });
    },
  });
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <>
      <div
        ref={frame}
        className={classes.frame}
        role="table"
        aria-label={what}
        aria-rowcount={list.hasMore ? -1 : list.items.length + 1}
        tabIndex={0}
      >
        <div role="rowgroup" className={classes.head}>
          <div role="row" className={classes.row} style={grid} aria-rowindex={1}>
            {columns.map(({ id, header, align }) => (
              <div key={id} role="columnheader" className={classes.cell} data-align={align}>
                {header}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: list.items.length * rowHeight }}>
          {list.items.slice(first, end).map((item, offset) => (
            <div
              key={keyOf(item)}
              role="row"
              aria-rowindex={first + offset + 2}
              data-active={keyOf(item) === active}
              aria-current={keyOf(item) === active || undefined}
              className={classes.row}
              style={{ ...grid, top: (first + offset) * rowHeight, height: rowHeight }}
              onClick={() => {
                goTo(keyOf(item));
              }}
            >
              {columns.map(({ id, cell, align }) => (
                <div key={id} role="cell" className={classes.cell} data-align={align}>
                  {cell(item)}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
      <Foot what={what} list={list} changed={changed} />
    </>
  );
}

interface FootProps<Item> extends Pick<RecordListProps<Item>, 'what' | 'list'> {
  readonly changed: number;
}

function Foot<Item>({ what, list, changed }: FootProps<Item>): ReactNode {
  const count = counted(list.items.length, what);
  return (
    <div className={classes.foot}>
      <span>
        <span role="status">{list.hasMore ? `${count} read, more below` : count}</span>
        {list.isFetching ? ' · reading…' : ''}
      </span>
      {changed === 0 ? null : (
        <Button size="compact-xs" variant="light" onClick={list.readAgain}>
          ▲ {changed.toLocaleString('en')} changed: read again
        </Button>
      )}
      {list.error === null ? null : (
        <>
          <Stale readAt={list.readAt} />
          <Button size="compact-xs" variant="light" onClick={list.readAgain}>
            Try again
          </Button>
        </>
      )}
    </div>
  );
}

interface RowKeys<Item> extends Pick<RecordListProps<Item>, 'keyOf' | 'hrefOf'> {
  readonly items: readonly Item[];
  readonly show: (index: number) => void;
}

/** The row that `j` and `k` move, and `o` opens, by its key: rows change their places while somebody reads. */
function useRowKeys<Item>({
  items,
  keyOf,
  hrefOf,
  show,
}: RowKeys<Item>): readonly [active: string | null, goTo: (key: string) => void] {
  const [active, setActive] = useState<string | null>(null);
  const indexOfActive = (): number => items.findIndex((item) => keyOf(item) === active);
  const move = (by: number): void => {
    const next = Math.max(0, Math.min(items.length - 1, indexOfActive() + by));
    const item = items[next];
    if (item === undefined) return;
    setActive(keyOf(item));
    show(next);
  };
  const openActive = (): void => {
    const item = items[indexOfActive()];
    if (item !== undefined && hrefOf !== undefined) openPage(hrefOf(item));
  };
  useSingleKeys([
    [
      'j',
      () => {
        move(1);
      },
    ],
    [
      'k',
      () => {
        move(-1);
      },
    ],
    ['o', openActive],
  ]);
  return [active, setActive];
}
