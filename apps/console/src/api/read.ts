import { routes, type CheckPluginBody, type OrganizationBody, type RunTaskBody } from '@rungate/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { client } from './client.js';

/** Run tasks that are asked for at once. */
const AT_ONCE = 200;

/** One organization. */
export function useOrganization(slug: string): UseQueryResult<OrganizationBody> {
  return useQuery({
    queryKey: ['organizations', 'one', slug],
    queryFn: async (): Promise<OrganizationBody> => {
      const { body } = await client.call(routes.getOrganization, { params: { org: slug } });
      return body;
    },
  });
}

/** All run tasks of an organization; asked for again each `everyMs` when given. */
export function useRunTasks(slug: string, everyMs?: number): UseQueryResult<readonly RunTaskBody[]> {
  return useQuery({
    queryKey: ['run-tasks', slug],
    queryFn: async (): Promise<readonly RunTaskBody[]> => {
      const runTasks: RunTaskBody[] = [];
      const all = client.list(routes.listRunTasks, { params: { org: slug }, query: { limit: AT_ONCE } });
      for await (const runTask of all) runTasks.push(runTask);
      return runTasks;
    },
    refetchInterval: everyMs ?? false,
  });
}

/** The catalogue of check plugins. */
export function useCatalogue(): UseQueryResult<readonly CheckPluginBody[]> {
  return useQuery({
    queryKey: ['checks'],
    queryFn: async (): Promise<readonly CheckPluginBody[]> => {
      const { body } = await client.call(routes.listChecks, { params: {} });
      return body.items;
    },
    staleTime: 60_000,
  });
}
