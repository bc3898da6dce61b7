import { routes } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { TimeToVerdict } from '../../pictures/TimeToVerdict.js';
import { VerdictTimeline } from '../../pictures/VerdictTimeline.js';
import { Failed } from '../../states/States.js';
import { useMay } from '../../session/me.js';
import { spansOf } from '../task-results/spans.js';

const SHOWN = 60;
const MEASURED = 200;

/** What became of an organization's last results, and how long the verdicts took. */
export function LatestResults({ slug }: { readonly slug: string }): ReactNode {
  const may = useMay();
  const latest = useQuery({
    queryKey: ['task-results', 'latest', slug],
    queryFn: async () => {
      const query = { organization: slug, limit: MEASURED };
      return (await client.call(routes.listTaskResults, { params: {}, query })).body.items;
    },
    enabled: may('task-results.read'),
  });
  if (latest.error !== null && latest.data === undefined) {
    return (
      <Failed what="The latest verdicts could not be read" error={latest.error} retry={() => void latest.refetch()} />
    );
  }
  if (latest.data === undefined || latest.data.length === 0) return null;
  return (
    <>
      <VerdictTimeline
        title="Latest verdicts"
        taskResults={latest.data.slice(0, SHOWN)}
        hrefOf={({ id }) => paths.details(slug, id)}
      />
      <TimeToVerdict spans={spansOf(latest.data)} />
    </>
  );
}
