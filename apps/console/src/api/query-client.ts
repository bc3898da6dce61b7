import { ManagementApiError } from '@rungate/contract';
import { QueryClient } from '@tanstack/react-query';

/** How long an answer counts as fresh, ms: going back to a page asks nothing again. */
const FRESH_MS = 5_000;
const TRIES = 2;

/** Keeps answers of the management API. */
export const queryClient = new QueryClient({
  defaultOptions: {
    // A browser without the internet says that it is offline; the platform may stand beside it all the same.
    queries: { networkMode: 'always', staleTime: FRESH_MS, retry: isWorthAnotherTry },
    mutations: { networkMode: 'always' },
  },
});

/** A refusal stays one; an answer that did not come may come. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  return failures < TRIES && error instanceof ManagementApiError && error.code === 'unreachable';
}
