import { useLive } from './live.js';

/** How many task results changed since something was read: of one organization, or of all. */
export function useChangesSince(readAt: number, organization: string | null): number {
  return useLive().changes.since(readAt, organization);
}
