import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Page } from '@rungate/contract';
import { invalid } from '../errors.js';

/** Query of a list, as every route of a list reads it. */
interface PagedQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What to ask a store for: one more than the page holds, so that a last page is known as one. */
export interface Slice {
  readonly limit: number;
  readonly after: string | null;
}

/** Which list a cursor belongs to: principal, route and filter. */
export type ListScope = readonly unknown[];

/** Reads and writes cursors: the key of a page's last row, authenticated for one list, so that none can be made up. */
export class Cursors {
  constructor(private readonly key: Uint8Array) {}

  /** One page of a list. @throws ApiError `invalid` for a cursor that was not made for this list, and whatever `rows` throws. */
  async list<Row, Item>(scope: ListScope, query: PagedQuery, list: Listed<Row, Item>): Promise<Page<Item>> {
    const slice = this.slice(scope, query);
    return this.page(scope, slice, await list.rows(slice), list);
  }

  /** @throws ApiError `invalid` for a cursor that was not made for this list. */
  slice(scope: ListScope, { limit, cursor }: PagedQuery): Slice {
    return { limit: limit + 1, after: cursor === undefined ? null : this.open(scope, cursor) };
  }

  /** The page of the rows that a slice gave. */
  page<Row, Item>(scope: ListScope, slice: Slice, rows: readonly Row[], show: Shown<Row, Item>): Page<Item> {
    const shown = rows.slice(0, slice.limit - 1);
    const last = rows.length < slice.limit ? undefined : shown.at(-1);
    return {
      items: shown.map((row) => show.present(row)),
      nextCursor: last === undefined ? null : this.seal(scope, show.keyOf(last)),
    };
  }

  /** As the cursor of a page that ends with this key. */
  seal(scope: ListScope, after: string): string {
    const signature = createHmac('sha256', this.key).update(JSON.stringify([...scope, after]));
    return `${Buffer.from(after).toString('base64url')}.${signature.digest('base64url')}`;
  }

  /** Compared as written: base64 has several spellings of the same bytes. */
  private open(scope: ListScope, cursor: string): string {
    const after = Buffer.from(cursor.split('.')[0] ?? '', 'base64url').toString();
    const given = Buffer.from(cursor);
    const expected = Buffer.from(this.seal(scope, after));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw invalid([{ pointer: '/query/cursor', detail: 'Is not a cursor of this list and filter.' }]);
    }
    return after;
  }
}

/** Where the rows of a page come from, and how they are shown. */
interface Listed<Row, Item> extends Shown<Row, Item> {
  rows(slice: Slice): Promise<readonly Row[]>;
}

/** How a row is shown, and which key the next page begins after. */
interface Shown<Row, Item> {
  keyOf(row: Row): string;
  present(row: Row): Item;
}
