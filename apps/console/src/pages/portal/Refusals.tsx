import { Alert, Text } from '@mantine/core';
import { routes, type RunTaskBody } from '@rungate/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';

const SHOWN = 3;
const LOOK_MS = 5_000;

/** Why requests to the hook were refused lately, with what to do; shown only when some were. */
export function Refusals({ runTask: { organization, name } }: { readonly runTask: RunTaskBody }): ReactNode {
  const refusals = useQuery({
    queryKey: ['refusals', organization, name],
    queryFn: async () => {
      const params = { org: organization, name };
      return (await client.call(routes.listRefusals, { params, query: { limit: SHOWN } })).body.items;
    },
    refetchInterval: LOOK_MS,
  });
  if (refusals.error !== null && refusals.data === undefined) {
    return (
      <Failed what="Refused requests could not be read" error={refusals.error} retry={() => void refusals.refetch()} />
    );
  }
  if (refusals.data === undefined || refusals.data.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title="Requests were refused">
      {refusals.data.map(({ minute, reason, count, detail }) => (
        <Text key={`${minute} ${reason}`} fz="sm">
          <Moment at={minute} /> · {count === 1 ? 'one request' : `${count} requests`}: {detail}
        </Text>
      ))}
    </Alert>
  );
}
