import { Button, Group, Progress, Text } from '@mantine/core';
import { routes, type OperationBody, type OperationItemBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { counted } from '../../list/counted.js';
import { RecordList, type Column } from '../../list/RecordList.js';
import { usePathParts } from '../../list/use-filters.js';
import { paths } from '../../paths.js';
import { useMay, useMe } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { Facts } from '../../states/Facts.js';
import { Empty, Failed } from '../../states/States.js';
import { durationText } from '../../time/duration-text.js';
import { Moment } from '../../time/Moment.js';
import { filterText } from './filter-text.js';
import { KIND_TEXTS } from './kinds.js';

const READ_MS = 2_000;

/** One operation: what it would do, how far it is, and what became of each. */
export function OperationPage(): ReactNode {
  const { id } = usePathParts(z.object({ id: z.string() }));
  const operation = useQuery({
    queryKey: ['operation', id],
    queryFn: async (): Promise<OperationBody> => (await client.call(routes.getOperation, { params: { id } })).body,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? READ_MS : false),
  });
  return (
    <Page title="Operation" beside={operation.data === undefined ? null : <Actions operation={operation.data} />}>
      <Answered what="The operation" query={operation}>
        {(found) => (
          <>
            <About operation={found} />
            <Items operation={found} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function About({ operation }: { readonly operation: OperationBody }): ReactNode {
  const { kind, state, filter, reason, by, counts, organizations, estimatedSeconds, isCut, perSecond } = operation;
  const all = counts.pending + counts.done + counts.refused + counts.failed;
  const ended = all - counts.pending;
  return (
    <section className="panel" aria-label="Facts">
      <Text mb="sm">{KIND_TEXTS[kind].effect}</Text>
      <Facts
        facts={[
          ['What', KIND_TEXTS[kind].name],
          ['State', state],
          ['To', `${counted(all, 'task results')} of ${counted(organizations, 'organizations')}`],
          [
            'Filter',
            <span key="filter" className="mono">
              {filterText(filter)}
            </span>,
          ],
          ['Why', reason],
          ['By', by.name],
          ['Rate', `${perSecond} a second, about ${durationText(estimatedSeconds * 1_000)} for what is left`],
          ['Planned', <Moment key="planned" at={operation.createdAt} />],
          ['Started', <Moment key="started" at={operation.startedAt} />],
          ['Ended', <Moment key="ended" at={operation.endedAt} />],
        ]}
      />
      {isCut ? <Text c="var(--warn)">More match than one operation takes: these are the newest.</Text> : null}
      <Progress value={all === 0 ? 100 : (ended / all) * 100} mt="md" aria-label={`${ended} of ${all}`} />
      <Text fz="sm" mt={4}>
        {counts.done} done, {counts.refused} refused, {counts.failed} failed, {counts.pending} left
      </Text>
      <span role="status" className="unseen">
        {state}, {all === 0 ? 100 : Math.floor((ended / all) * 10) * 10} %
      </span>
    </section>
  );
}

function Actions({ operation: { id, state, counts } }: { readonly operation: OperationBody }): ReactNode {
  const may = useMay();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (what: 'start' | 'cancel') =>
      client.call(what === 'start' ? routes.startOperation : routes.cancelOperation, { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['operation', id] }),
  });
  if (!may('operations.write')) return null;
  return (
    <Group gap="sm">
      {change.error === null ? null : <Failed what="It was not done" error={change.error} />}
      {state === 'planned' ? (
        <Button
          size="xs"
          onClick={() => {
            change.mutate('start');
          }}
        >
          Start: {counts.pending.toLocaleString('en')}
        </Button>
      ) : null}
      {state === 'planned' || state === 'running' ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            change.mutate('cancel');
          }}
        >
          Cancel
        </Button>
      ) : null}
    </Group>
  );
}

/** More than a page of them is read again by a button, so that it does not go on under the eyes of who reads it. */
const FEW = 200;

function Items({ operation: { id, state, counts } }: { readonly operation: OperationBody }): ReactNode {
  const list = useList(['operation-items', id], async (cursor) => {
    return (await client.call(routes.listOperationItems, { params: { id }, query: { cursor } })).body;
  });
  const own = useMe().organization;
  const hrefOf = useCallback(
    ({ taskResultId }: OperationItemBody) =>
      own === null ? paths.run(taskResultId) : paths.details(own, taskResultId),
    [own],
  );
  const columns = useMemo(() => columnsOf(hrefOf), [hrefOf]);
  const ended = counts.done + counts.refused + counts.failed;
  const [shown, setShown] = useState({ readAt: list.readAt, ended });
  if (shown.readAt !== list.readAt) setShown({ readAt: list.readAt, ended });
  const queries = useQueryClient();
  const isDue = ended > shown.ended && (list.items.length <= FEW || state !== 'running');
  useEffect(() => {
    if (isDue) void queries.invalidateQueries({ queryKey: ['operation-items', id] });
  }, [isDue, ended, id, queries]);
  return (
    <RecordList
      what="task results"
      columns={columns}
      list={list}
      keyOf={({ taskResultId }) => taskResultId}
      hrefOf={hrefOf}
      changed={ended - shown.ended}
      empty={<Empty title="The filter matched nothing" />}
    />
  );
}

function columnsOf(hrefOf: (item: OperationItemBody) => string): readonly Column<OperationItemBody>[] {
  return [
    { id: 'position', header: '#', width: '60px', align: 'right', cell: ({ position }) => position },
    {
      id: 'result',
      header: 'Task result',
      width: 'minmax(260px, 1fr)',
      cell: (item) => <AppLink href={hrefOf(item)}>{item.taskResultId}</AppLink>,
    },
    {
      id: 'organization',
      header: 'Organization',
      width: 'minmax(100px, 1fr)',
      cell: ({ organization }) => organization ?? '–',
    },
    { id: 'state', header: 'State', width: '100px', cell: ({ state }) => state },
    {
      id: 'detail',
      header: 'Why',
      width: 'minmax(160px, 3fr)',
      cell: ({ detail }) => <span title={detail ?? ''}>{detail}</span>,
    },
    { id: 'ended', header: 'Ended', width: '160px', cell: ({ endedAt }) => <Moment at={endedAt} /> },
  ];
}
