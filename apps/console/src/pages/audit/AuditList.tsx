import { Button, Code, Modal } from '@mantine/core';
import { routes, type AuditEventBody } from '@rungate/contract';
import { useMemo, useState, type ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { FilterBar, type FilterField } from '../../list/FilterBar.js';
import { RecordList, type Column } from '../../list/RecordList.js';
import { useFilters } from '../../list/use-filters.js';
import { Facts } from '../../states/Facts.js';
import { Empty } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';

const filterShape = z.object({ actor: z.string().optional(), action: z.string().optional() });
const FIELDS: readonly FilterField[] = [
  { name: 'actor', label: 'Who', width: 180 },
  { name: 'action', label: 'What, such as run-task.changed', width: 240 },
];

/** What was done, newest first: in one organization, or everywhere. */
export function AuditList({ organization }: { readonly organization: string | null }): ReactNode {
  const filters = useFilters(filterShape);
  const [filter] = filters;
  const [shown, setShown] = useState<AuditEventBody | null>(null);
  const list = useList(['audit', organization, filter], async (cursor) => {
    const query = { ...filter, cursor, limit: 100 };
    if (organization === null) return (await client.call(routes.listPlatformAuditEvents, { params: {}, query })).body;
    return (await client.call(routes.listAuditEvents, { params: { org: organization }, query })).body;
  });
  const columns = useMemo(() => columnsOf(organization, setShown), [organization]);
  return (
    <>
      <FilterBar fields={FIELDS} filters={filters} />
      <RecordList
        what="events"
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty title={Object.keys(filter).length > 0 ? 'No event fits' : 'Nothing was done yet'} />}
      />
      {shown === null ? null : (
        <EventShown
          event={shown}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
    </>
  );
}

function columnsOf(
  organization: string | null,
  show: (event: AuditEventBody) => void,
): readonly Column<AuditEventBody>[] {
  return [
    { id: 'at', header: 'When', width: '160px', cell: ({ at }) => <Moment at={at} /> },
    { id: 'actor', header: 'Who', width: 'minmax(120px, 1fr)', cell: ({ actor }) => actorOf(actor) },
    {
      id: 'action',
      header: 'What',
      width: 'minmax(150px, 1fr)',
      cell: ({ action }) => <span className="mono">{action}</span>,
    },
    {
      id: 'subject',
      header: 'To',
      width: 'minmax(140px, 2fr)',
      cell: ({ subject }) => `${subject.kind} ${subject.name}`,
    },
    ...(organization === null ? [ORGANIZATION] : []),
    { id: 'reason', header: 'Why', width: 'minmax(100px, 2fr)', cell: ({ reason }) => reason ?? '' },
    { id: 'address', header: 'From', width: '130px', cell: ({ address }) => address ?? '' },
    {
      id: 'more',
      header: '',
      width: '90px',
      align: 'right',
      cell: (event) => (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            show(event);
          }}
        >
          Difference
        </Button>
      ),
    },
  ];
}

const ORGANIZATION: Column<AuditEventBody> = {
  id: 'organization',
  header: 'Organization',
  width: 'minmax(90px, 1fr)',
  cell: ({ organization }) => organization ?? '–',
};

interface EventShownProps {
  readonly event: AuditEventBody;
  readonly onClose: () => void;
}

function EventShown({ event, onClose }: EventShownProps): ReactNode {
  const { action, actor, subject, at, address, reason, before, after } = event;
  return (
    <Modal opened onClose={onClose} title={action} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Facts
        facts={[
          ['When', <Moment key="at" at={at} />],
          ['Who', `${actor.name}, ${actor.kind} ${actor.role}`],
          ['To', `${subject.kind} ${subject.name}`],
          ['From', address ?? '–'],
          ['Why', reason ?? '–'],
        ]}
      />
      <Code block mt="md" tabIndex={0} aria-label="Before and after">
        {differenceOf(before, after)}
      </Code>
    </Modal>
  );
}

/** What has one name and role in one, such as the bootstrap token, is said once. */
function actorOf({ name, role }: AuditEventBody['actor']): string {
  return name === role ? name : `${name} (${role})`;
}

type Values = AuditEventBody['before'];

function differenceOf(before: Values, after: Values): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const lines = names.flatMap((name) => [
    ...(before !== null && name in before ? [`- ${name}: ${JSON.stringify(before[name])}`] : []),
    ...(after !== null && name in after ? [`+ ${name}: ${JSON.stringify(after[name])}`] : []),
  ]);
  return lines.length === 0 ? 'No values are kept of this.' : lines.join('\n');
}
