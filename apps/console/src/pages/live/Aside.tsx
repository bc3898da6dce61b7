import { routes } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useLive } from '../../live/live.js';
import { LoadStrip } from '../../pictures/LoadStrip.js';
import { TimeToVerdict } from '../../pictures/TimeToVerdict.js';
import { useMay } from '../../session/me.js';
import { Answered } from '../../states/Answered.js';
import { spansOf } from '../task-results/spans.js';
import { SLOW_MS, useLatest } from './use-latest.js';

/** What moves slowly: who sends how much, and how long the last verdicts took. */
export function Aside(): ReactNode {
  const may = useMay();
  const { isPaused } = useLive();
  const load = useQuery({
    queryKey: ['load'],
    queryFn: async () => (await client.call(routes.getLiveLoad, { params: {} })).body,
    refetchInterval: isPaused ? false : SLOW_MS,
  });
  const latest = useLatest();
  return (
    <>
      <Answered what="The load" query={load}>
        {(found) => <LoadStrip load={found} />}
      </Answered>
      {may('task-results.read') ? (
        <Answered what="The latest verdicts" query={latest}>
          {(found) => <TimeToVerdict size="narrow" spans={spansOf(found)} />}
        </Answered>
      ) : null}
    </>
  );
}
