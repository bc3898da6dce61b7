import type { LiveLoadBody } from '@rungate/contract';

/** The most that any organization sent in a minute: the scale of all strips; 1 where nothing was sent. */
export function mostOf({ organizations }: LiveLoadBody): number {
  return Math.max(1, ...organizations.flatMap(({ received }) => received));
}
