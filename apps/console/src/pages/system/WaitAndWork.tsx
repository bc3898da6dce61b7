import { routes } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { waitAndWorkOf } from '../../pictures/wait-and-work.js';
import { WaitAndWorkPicture } from '../../pictures/WaitAndWorkPicture.js';
import { useMay } from '../../session/me.js';
import { Answered } from '../../states/Answered.js';

const READ_MS = 30_000;
const MEASURED = 200;

/** Whether task results wait for workers, or workers for nothing. */
export function WaitAndWork(): ReactNode {
  const isVisible = useMay()('task-results.read');
  const latest = useQuery({
    queryKey: ['task-results', 'latest', null],
    queryFn: async () =>
      (await client.call(routes.listTaskResults, { params: {}, query: { limit: MEASURED } })).body.items,
    refetchInterval: READ_MS,
    enabled: isVisible,
  });
  if (!isVisible) return null;
  return (
    <Answered what="The latest verdicts" query={latest}>
      {(found) => <WaitAndWorkPicture groups={waitAndWorkOf(found)} />}
    </Answered>
  );
}
