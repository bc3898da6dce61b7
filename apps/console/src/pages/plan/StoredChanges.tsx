import { routes } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { Answered } from '../../states/Answered.js';
import { Empty } from '../../states/States.js';
import { PlanChanges } from './PlanChanges.js';

/** What the plan of a run changes, as its checks read it. */
export function StoredChanges({ id }: { readonly id: string }): ReactNode {
  const changes = useQuery({
    queryKey: ['task-result', id, 'plan-changes'],
    queryFn: async () => (await client.call(routes.getPlanChanges, { params: { id } })).body,
    staleTime: Infinity,
  });
  return (
    <Answered what="What the plan changes" query={changes}>
      {({ state, items, counts, references }) =>
        state === 'none' || items.length === 0 ? (
          <Empty title={state === 'none' ? 'Nothing is known of the plan' : 'The plan changes nothing'}>
            {state === 'none' ? 'No check read it, or its details were removed by age.' : null}
          </Empty>
        ) : (
          <PlanChanges changes={items} counts={counts} references={references} />
        )
      }
    </Answered>
  );
}
