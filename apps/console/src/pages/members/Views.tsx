import { Switch } from '@mantine/core';
import { routes, type ViewBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useOrganization } from '../../api/read.js';
import { useList } from '../../api/use-list.js';
import { useMay } from '../../session/me.js';
import { Paged } from '../../states/Paged.js';
import { Panel } from '../../states/Panel.js';
import { Empty, Failed } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';

/** Who of the platform saw the organization's pages as its viewers do, and whether anybody may. */
export function Views({ org }: { readonly org: string }): ReactNode {
  const list = useList(
    ['views', org],
    async (cursor) => (await client.call(routes.listViews, { params: { org }, query: { cursor, limit: 20 } })).body,
  );
  return (
    <Panel title="Views by the platform" beside={<Consent org={org} />}>
      <Paged what="views" list={list} empty={<Empty title="Nobody of the platform viewed this organization" />}>
        {(found) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">Why</th>
                <th scope="col">Since</th>
                <th scope="col">Until</th>
              </tr>
            </thead>
            <tbody>
              {found.map((view) => (
                <Row key={view.id} view={view} />
              ))}
            </tbody>
          </Table>
        )}
      </Paged>
    </Panel>
  );
}

function Row({ view: { viewer, reason, startedAt, endsAt, endedAt } }: { readonly view: ViewBody }): ReactNode {
  return (
    <tr>
      <th scope="row">
        {viewer.name}, {viewer.role}
      </th>
      <td>{reason}</td>
      <td>
        <Moment at={startedAt} />
      </td>
      <td>
        <Moment at={endedAt ?? endsAt} />
      </td>
    </tr>
  );
}

/** Whoever may decide it does so here; others see how it is. */
function Consent({ org }: { readonly org: string }): ReactNode {
  const may = useMay();
  const queries = useQueryClient();
  const organization = useOrganization(org);
  const change = useMutation({
    mutationFn: (allowed: boolean) => client.call(routes.allowViews, { params: { org }, body: { allowed } }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['organizations', 'one', org] }),
        queries.invalidateQueries({ queryKey: ['views', org] }),
      ]),
  });
  if (organization.data === undefined) return null;
  return (
    <>
      <Switch
        label="The platform's people may view this organization"
        checked={organization.data.viewsAllowed}
        disabled={!may('organizations.allow-views') || change.isPending}
        onChange={({ currentTarget }) => {
          change.mutate(currentTarget.checked);
        }}
      />
      {change.error === null ? null : <Failed what="It was not changed" error={change.error} />}
    </>
  );
}
