import { ManagementApiError } from '@rungate/contract';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

/** How long an answer counts as fresh, ms: going back to a page asks nothing again. */
const FRESH_MS = 5_000;
const TRIES = 2;

/** Keeps answers of the management API. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: askWhoAsks }),
  mutationCache: new MutationCache({ onError: askWhoAsks }),
  defaultOptions: {
    // A browser without the internet says that it is offline; the platform may stand beside it all the same. The stream
    // tells what changed, so that coming back to a window need not read long lists again.
    queries: {
      networkMode: 'always',
      staleTime: FRESH_MS,
      retry: isWorthAnotherTry,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
});

/** Whoever is refused as nobody has lost the session: asking who asks leads to the sign-in. A view begins in another tab. */
function askWhoAsks(error: Error): void {
  if (!(error instanceof ManagementApiError)) return;
  if (error.status !== 401 && error.problem?.code !== 'view-as-read-only') return;
  if (queryClient.getQueryState(['me'])?.status === 'success') void queryClient.invalidateQueries({ queryKey: ['me'] });
}

/** A refusal stays one; an answer that did not come may come. */
function isWorthAnotherTry(failures: number, error: Error): boolean {
  return failures < TRIES && error instanceof ManagementApiError && error.code === 'unreachable';
}
