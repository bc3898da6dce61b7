import {
  LIMITS,
  type NewSavedView,
  type SavedView,
  type SavedViewOwner,
  type SavedViewPage,
  type SavedViewStore,
} from '../src/index.js';
import type { Actor } from '../src/index.js';
import { CountingIds } from './clock.js';

interface Kept extends SavedViewOwner {
  readonly view: SavedView;
}

/** Views in a list. */
export class InMemorySavedViewStore implements SavedViewStore {
  #kept: readonly Kept[] = [];

  constructor(private readonly ids = new CountingIds()) {}

  list(owner: SavedViewOwner, page: SavedViewPage | null): Promise<readonly SavedView[]> {
    const found = this.#kept.filter(
      (kept) =>
        isOfPlane(kept, owner) &&
        (page === null || kept.view.page === page) &&
        (isOf(kept, owner) || kept.view.isShared),
    );
    return Promise.resolve(found.map((kept) => ({ ...kept.view, isOwn: isOf(kept, owner) })));
  }

  create(owner: SavedViewOwner, view: NewSavedView, by: Actor): Promise<SavedView | 'taken' | 'over_limit'> {
    const own = this.#kept.filter((kept) => isOf(kept, owner));
    if (own.some((kept) => kept.view.page === view.page && kept.view.name === view.name)) {
      return Promise.resolve('taken');
    }
    if (own.length >= LIMITS.savedViews) return Promise.resolve('over_limit');
    const made = { ...view, id: this.ids.next(), isOwn: true, madeBy: by.name };
    this.#kept = [...this.#kept, { ...owner, view: made }];
    return Promise.resolve(made);
  }

  remove(owner: SavedViewOwner, which: { readonly id: string; readonly anySharedToo: boolean }): Promise<boolean> {
    const found = this.#kept.find(
      (kept) =>
        kept.view.id === which.id &&
        (isOf(kept, owner) || (which.anySharedToo && kept.view.isShared && isOfPlane(kept, owner))),
    );
    this.#kept = this.#kept.filter((kept) => kept !== found);
    return Promise.resolve(found !== undefined);
  }
}

function isOf(kept: Kept, { identityId }: SavedViewOwner): boolean {
  return kept.identityId === identityId;
}

function isOfPlane(kept: Kept, { organizationId }: SavedViewOwner): boolean {
  return kept.organizationId === organizationId;
}
