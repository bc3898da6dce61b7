import { Button, Group } from '@mantine/core';
import { routes, type OriginBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { Table } from '../../states/Table.js';

/** Origins that an organization asked for, and what was decided; shown only when there are any. */
export function Origins({ slug }: { readonly slug: string }): ReactNode {
  const may = useMay();
  const queries = useQueryClient();
  const key = ['origins', slug];
  const origins = useQuery({
    queryKey: key,
    queryFn: async () => (await client.call(routes.listOrigins, { params: { org: slug } })).body.items,
    enabled: may('origins.read'),
  });
  const decide = useMutation({
    mutationFn: ({ origin, privateRanges, caBundle, state }: OriginBody) =>
      client.call(routes.putOrigin, {
        params: { org: slug, origin },
        body: { state, privateRanges: [...privateRanges], caBundle },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  if (origins.data === undefined || origins.data.length === 0) return null;
  return (
    <Panel title="Terraform origins">
      {decide.error === null ? null : <Failed what="The decision was not stored" error={decide.error} />}
      <Table>
        <tbody>
          {origins.data.map((origin) => (
            <tr key={origin.origin}>
              <td className="mono">{origin.origin}</td>
              <td>{origin.state}</td>
              <td>
                asked by {origin.requestedBy} <Moment at={origin.requestedAt} />
              </td>
              <td>{origin.privateRanges.join(', ')}</td>
              <td>
                <Group gap={6} justify="flex-end">
                  {(['approved', 'refused'] as const)
                    .filter((state) => state !== origin.state)
                    .map((state) => (
                      <Button
                        key={state}
                        size="compact-xs"
                        variant="default"
                        disabled={!may('origins.write')}
                        onClick={() => {
                          decide.mutate({ ...origin, state });
                        }}
                      >
                        {state === 'approved' ? 'Approve' : 'Refuse'}
                      </Button>
                    ))}
                </Group>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
