import type { Actor } from './actor.js';

/** Pages that keep views. */
export const SAVED_VIEW_PAGES = ['live', 'runs', 'results', 'callbacks', 'organizations', 'audit'] as const;
/** A page that keeps views. */
export type SavedViewPage = (typeof SAVED_VIEW_PAGES)[number];

/** A name for what the filters of a page ask for. */
export interface SavedView {
  readonly id: string;
  readonly page: SavedViewPage;
  readonly name: string;
  /** By the names of the page's filters. */
  readonly search: Readonly<Record<string, string>>;
  /** Shown to everybody of the same organization, or of the platform. */
  readonly isShared: boolean;
  readonly isOwn: boolean;
  /** Name of who made it. */
  readonly madeBy: string;
}

/** Whose views: a person, in the organization of which it is, or of the platform. */
export interface SavedViewOwner {
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly identityId: string;
}

/** What is to be kept. */
export type NewSavedView = Pick<SavedView, 'page' | 'name' | 'search' | 'isShared'>;

/** Views that people keep of the pages with lists. */
export interface SavedViewStore {
  /** One's own and those that others share, by name; null: of all pages. */
  list(owner: SavedViewOwner, page: SavedViewPage | null): Promise<readonly SavedView[]>;
  /** `taken`: the person has one of this name on this page; `over_limit`: as many as there may be. */
  create(owner: SavedViewOwner, view: NewSavedView, by: Actor): Promise<SavedView | 'taken' | 'over_limit'>;
  /** One's own; with `anySharedToo`, also what another shares. False when there is none such. */
  remove(
    owner: SavedViewOwner,
    which: { readonly id: string; readonly anySharedToo: boolean },
    by: Actor,
  ): Promise<boolean>;
}
