import { routes, type ListedTaskResultBody } from '@rungate/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { client } from '../../api/client.js';
import { useLive } from '../../live/live.js';
import { useMay } from '../../session/me.js';

/** What moves slowly is read again after so long. */
export const SLOW_MS = 30_000;
const MEASURED = 200;

/** The latest task results of all organizations, for who may see them. */
export function useLatest(): UseQueryResult<readonly ListedTaskResultBody[]> {
  const { isPaused } = useLive();
  const isPermitted = useMay()('task-results.read');
  return useQuery({
    queryKey: ['task-results', 'latest', null],
    queryFn: async () =>
      (await client.call(routes.listTaskResults, { params: {}, query: { limit: MEASURED } })).body.items,
    refetchInterval: isPaused ? false : SLOW_MS,
    enabled: isPermitted,
  });
}
