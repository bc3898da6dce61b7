import { routes, type TaskResultDetailBody } from '@rungate/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { client } from '../../api/client.js';
import { isInFlight } from './names.js';

/** How often something in flight is asked for, ms. */
const IN_FLIGHT_MS = 2_000;

/** One task result with all that became of it, read again while it is in flight. */
export function useTaskResult(id: string): UseQueryResult<TaskResultDetailBody> {
  return useQuery({
    queryKey: ['task-result', id],
    queryFn: async (): Promise<TaskResultDetailBody> => {
      const { body } = await client.call(routes.getTaskResult, { params: { id } });
      return body;
    },
    refetchInterval: ({ state }) => (state.data !== undefined && isInFlight(state.data) ? IN_FLIGHT_MS : false),
  });
}
