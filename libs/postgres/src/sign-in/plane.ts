import { PostgresError } from '../errors.js';

/**
 * The organization of a row of sign-in; null: of the platform, which no column that is merely missing may stand for.
 * @throws PostgresError `bad_row` when one half of it is there.
 */
export function organizationOf(
  id: string | null | undefined,
  slug: string | null | undefined,
): { readonly id: string; readonly slug: string } | null {
  if (id === null && slug === null) return null;
  if (typeof id === 'string' && typeof slug === 'string') return { id, slug };
  throw new PostgresError(
    'bad_row',
    'A row of sign-in does not say whose it is: of the platform, or of an organization.',
  );
}
