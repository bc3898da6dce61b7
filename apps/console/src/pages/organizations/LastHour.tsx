import { routes, type OrganizationBody } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { LoadCells } from '../../pictures/LoadCells.js';
import { mostOf } from '../../pictures/load.js';

const READ_MS = 30_000;

/** What an organization sent in the last hour; of many, those that sent the most. */
export function LastHour({ slug }: Pick<OrganizationBody, 'slug'>): ReactNode {
  const { data } = useQuery({
    queryKey: ['load'],
    queryFn: async () => (await client.call(routes.getLiveLoad, { params: {} })).body,
    refetchInterval: READ_MS,
  });
  const load = data?.organizations.find(({ organization }) => organization === slug);
  if (data === undefined || load === undefined) return '–';
  return <LoadCells organization={slug} received={load.received} most={mostOf(data)} />;
}
