import { ManagementApiError, routes, type ShownVerdictBody, type TaskResultBody } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { Answered } from '../../states/Answered.js';
import { Empty, Loading } from '../../states/States.js';

const ShownVerdict = lazy(async () => ({ default: (await import('../shown/ShownVerdict.js')).ShownVerdict }));

/** The verdict as its Terraform was told it, or is about to be. */
export function AsShown({ taskResult: { id, verdict } }: { readonly taskResult: TaskResultBody }): ReactNode {
  const shown = useQuery({
    queryKey: ['task-result', id, 'shown'],
    queryFn: () => readShown(id),
    enabled: verdict !== null,
  });
  if (verdict === null) return <Empty title="There is no verdict yet" />;
  return (
    <Answered what="What Terraform shows" query={shown}>
      {(found) =>
        found === null ? (
          <Empty title="It is no longer there">What Terraform was told was removed by age; the verdict stays.</Empty>
        ) : (
          <Suspense fallback={<Loading rows={3} />}>
            <ShownVerdict shown={found} />
          </Suspense>
        )
      }
    </Answered>
  );
}

async function readShown(id: string): Promise<ShownVerdictBody | null> {
  try {
    return (await client.call(routes.showVerdict, { params: { id } })).body;
  } catch (error) {
    if (error instanceof ManagementApiError && error.status === 404) return null;
    throw error;
  }
}
