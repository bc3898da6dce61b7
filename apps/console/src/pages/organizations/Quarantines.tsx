import { Button } from '@mantine/core';
import { routes, type QuarantineBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { Table } from '../../states/Table.js';

/** Checks of an organization that are kept from running; shown only when there are any. */
export function Quarantines({ slug }: { readonly slug: string }): ReactNode {
  const may = useMay();
  const queries = useQueryClient();
  const key = ['quarantines', slug];
  const quarantines = useQuery({
    queryKey: key,
    queryFn: async () => (await client.call(routes.listQuarantines, { params: { org: slug } })).body.items,
    enabled: may('quarantines.read'),
  });
  const lift = useMutation({
    mutationFn: (id: string) => client.call(routes.liftQuarantine, { params: { org: slug, id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  if (quarantines.error !== null && quarantines.data === undefined) {
    return (
      <Failed
        what="Quarantined checks could not be read"
        error={quarantines.error}
        retry={() => void quarantines.refetch()}
      />
    );
  }
  if (quarantines.data === undefined || quarantines.data.length === 0) return null;
  return (
    <Panel title="Quarantined checks">
      {lift.error === null ? null : <Failed what="The quarantine was not lifted" error={lift.error} />}
      <Table>
        <tbody>
          {quarantines.data.map((quarantine) => (
            <tr key={quarantine.id}>
              <th scope="row">{quarantine.check}</th>
              <td>{whyOf(quarantine)}</td>
              <td>
                until <Moment at={quarantine.until} />
              </td>
              <td className="right">
                <Button
                  size="compact-xs"
                  variant="default"
                  disabled={!may('quarantines.lift')}
                  loading={lift.isPending && lift.variables === quarantine.id}
                  onClick={() => {
                    lift.mutate(quarantine.id);
                  }}
                >
                  Let it run again
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function whyOf({ use, pluginVersion, deaths, failure, runTask }: QuarantineBody): string {
  const where = runTask === null ? '' : ` of ${runTask}`;
  return `${use} ${pluginVersion}${where} ended its process ${deaths} times${failure === null ? '' : `, last by ${failure}`}`;
}
