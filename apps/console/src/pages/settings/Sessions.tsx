import { Button } from '@mantine/core';
import { routes } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { Answered } from '../../states/Answered.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';

const KEY = ['sessions'];

/** Where you are signed in, and how to end it there. */
export function Sessions(): ReactNode {
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: KEY,
    queryFn: async () => (await client.call(routes.listSessions, { params: {} })).body.items,
  });
  const end = useMutation({
    mutationFn: (id: string) => client.call(routes.endSession, { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <Panel title="Where you are signed in">
      {end.error === null ? null : <Failed what="The session was not ended" error={end.error} />}
      <Answered what="Your sessions" query={sessions}>
        {(found) => (
          <Table>
            <tbody>
              {found.map(({ id, isThis, seenAt, endsAt, userAgent, address }) => (
                <tr key={id}>
                  <th scope="row">{isThis ? 'This browser' : (userAgent ?? 'unknown')}</th>
                  <td>{address ?? ''}</td>
                  <td>
                    last used <Moment at={seenAt} />
                  </td>
                  <td>
                    ends <Moment at={endsAt} />
                  </td>
                  <td className="right">
                    {isThis ? null : (
                      <Button
                        size="compact-xs"
                        variant="default"
                        loading={end.isPending && end.variables === id}
                        onClick={() => {
                          end.mutate(id);
                        }}
                      >
                        Sign out there
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Answered>
    </Panel>
  );
}
