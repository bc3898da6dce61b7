import { SAVED_VIEW_FILTERS } from '@rungate/contract';
import { searchAfter } from '../list/search.js';

/** A page that keeps views. */
export type ViewedPage = keyof typeof SAVED_VIEW_FILTERS;

/** What of an address a view of the page keeps: its filters that ask for something. */
export function keptOf(page: ViewedPage, search: unknown): Readonly<Record<string, string>> {
  const entries: readonly (readonly [string, unknown])[] =
    typeof search === 'object' && search !== null ? Object.entries(search) : [];
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      SAVED_VIEW_FILTERS[page].includes(name) && typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  );
}

/** Where a view leads: the page that stands, with what the view asks for. A filter that the page has no more is left out. */
export function addressOf(page: ViewedPage, pathname: string, search: Readonly<Record<string, string>>): string {
  return pathname + searchAfter({}, keptOf(page, search));
}

/** Whether the page shows just what a view asks for. */
export function isShown(page: ViewedPage, search: unknown, view: Readonly<Record<string, string>>): boolean {
  const sorted = (of: unknown): string => JSON.stringify(Object.entries(keptOf(page, of)).sort());
  return sorted(search) === sorted(view);
}
