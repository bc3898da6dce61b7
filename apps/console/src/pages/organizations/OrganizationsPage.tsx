import { Badge, Group } from '@mantine/core';
import { routes, type OrganizationBody } from '@rungate/contract';
import { IconCircleCheck, IconPlayerPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { FilterBar, type FilterField } from '../../list/FilterBar.js';
import { RecordList, type Column } from '../../list/RecordList.js';
import { useFilters } from '../../list/use-filters.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { SavedViews } from '../../saved-views/SavedViews.js';
import { Page } from '../../shell/Page.js';
import { Sign } from '../../states/Sign.js';
import { Empty } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { LastHour } from './LastHour.js';
import { NewOrganization } from './NewOrganization.js';

const filterShape = z.object({ q: z.string().optional(), tag: z.string().optional() });
const FIELDS: readonly FilterField[] = [
  { name: 'q', label: 'Name', width: 220 },
  { name: 'tag', label: 'Tag' },
];

/** Every organization that who is signed in may see. */
export function OrganizationsPage(): ReactNode {
  const filters = useFilters(filterShape);
  const [filter] = filters;
  const may = useMay();
  const list = useList(['organizations', filter], async (cursor) => {
    const query = { ...filter, cursor, limit: 100 };
    return (await client.call(routes.listOrganizations, { params: {}, query })).body;
  });
  return (
    <Page
      title="Organizations"
      beside={
        <Group gap="xs">
          <SavedViews page="organizations" />
          {may('organizations.create') ? <NewOrganization /> : null}
        </Group>
      }
    >
      <FilterBar fields={FIELDS} filters={filters} />
      <RecordList
        what="organizations"
        columns={may('live.read') ? WITH_LOAD : COLUMNS}
        list={list}
        keyOf={({ slug }) => slug}
        hrefOf={({ slug }) => paths.organization(slug)}
        empty={
          <Empty title={Object.keys(filter).length > 0 ? 'No organization fits' : 'There is no organization yet'}>
            Create one here, or many at once with `rungate organizations apply`.
          </Empty>
        }
      />
    </Page>
  );
}

const COLUMNS: readonly Column<OrganizationBody>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(160px, 2fr)',
    cell: ({ slug, displayName }) => <AppLink href={paths.organization(slug)}>{displayName}</AppLink>,
  },
  { id: 'slug', header: 'Slug', width: 'minmax(120px, 1fr)', cell: ({ slug }) => <span className="mono">{slug}</span> },
  { id: 'state', header: 'State', width: '120px', cell: OrganizationState },
  {
    id: 'tags',
    header: 'Tags',
    width: 'minmax(120px, 2fr)',
    cell: ({ tags }) =>
      tags.map((tag) => (
        <Badge key={tag} size="sm" variant="default" tt="none" mr={4}>
          {tag}
        </Badge>
      )),
  },
  { id: 'weight', header: 'Weight', width: '70px', align: 'right', cell: ({ weight }) => weight },
  {
    id: 'most',
    header: 'At once',
    width: '80px',
    align: 'right',
    cell: ({ maxInFlight }) => maxInFlight ?? 'no limit',
  },
  { id: 'by', header: 'Made by', width: '120px', cell: ({ managedBy }) => managedBy ?? '–' },
  { id: 'created', header: 'Created', width: '160px', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

const WITH_LOAD: readonly Column<OrganizationBody>[] = COLUMNS.flatMap((column) =>
  column.id === 'state'
    ? [
        column,
        {
          id: 'load',
          header: 'Sent in the last hour',
          width: '150px',
          cell: ({ slug }: OrganizationBody) => <LastHour slug={slug} />,
        },
      ]
    : [column],
);

/** Whether an organization's hooks answer. */
export function OrganizationState({ state, intakePause }: Pick<OrganizationBody, 'state' | 'intakePause'>): ReactNode {
  if (state === 'suspended' || intakePause !== null) {
    return (
      <Sign tone="warn" icon={IconPlayerPause}>
        {state === 'suspended' ? 'Suspended' : 'Intake paused'}
      </Sign>
    );
  }
  return (
    <Sign tone="good" icon={IconCircleCheck}>
      Active
    </Sign>
  );
}
