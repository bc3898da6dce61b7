import { Group, Text } from '@mantine/core';
import type { OrganizationBody, RunTaskBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { useOrganization, useRunTasks } from '../../api/read.js';
import { usePathParts } from '../../list/use-filters.js';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { Answered } from '../../states/Answered.js';
import { Facts } from '../../states/Facts.js';
import { Panel } from '../../states/Panel.js';
import { Empty } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { RunTaskState } from '../portal/RunTaskState.js';
import { LatestResults } from './LatestResults.js';
import { OrganizationState } from './OrganizationsPage.js';
import { Origins } from './Origins.js';
import { Quarantines } from './Quarantines.js';
import { PauseIntake } from './PauseIntake.js';
import { SuspendOrResume } from './SuspendOrResume.js';
import { ViewAs } from './ViewAs.js';
import { Table } from '../../states/Table.js';

/** One organization, as the operator sees it; its own pages are linked above. */
export function OrganizationPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  const organization = useOrganization(slug);
  return (
    <PortalPage
      slug={slug}
      title={organization.data?.displayName ?? slug}
      beside={
        organization.data === undefined ? null : (
          <Group gap="xs">
            <ViewAs organization={organization.data} />
            <PauseIntake organization={organization.data} />
            <SuspendOrResume organization={organization.data} />
          </Group>
        )
      }
    >
      <Answered what="The organization" query={organization}>
        {(found) => (
          <>
            <About organization={found} />
            <RunTasks slug={slug} />
            <LatestResults slug={slug} />
            <Quarantines slug={slug} />
            <Origins slug={slug} />
          </>
        )}
      </Answered>
    </PortalPage>
  );
}

function About({ organization }: { readonly organization: OrganizationBody }): ReactNode {
  const {
    intakePause: pause,
    slug,
    state,
    tags,
    weight,
    maxInFlight,
    retentionDays,
    inputRetentionDays,
  } = organization;
  return (
    <section className="panel" aria-label="Facts">
      <Facts
        facts={[
          [
            'Slug',
            <span key="slug" className="mono">
              {slug}
            </span>,
          ],
          ['State', <OrganizationState key="state" state={state} intakePause={pause} />],
          ...(pause === null
            ? []
            : [
                [
                  'Intake',
                  <span key="intake">
                    paused by {pause.by}, <Moment at={pause.at} />: {pause.reason}
                  </span>,
                ] as const,
              ]),
          ['Tags', tags.join(', ') || '–'],
          ['Weight', weight],
          ['Evaluated at once', maxInFlight ?? 'no limit of its own'],
          ['Results are kept', `${retentionDays} days`],
          ['Inputs are kept', inputRetentionDays === 0 ? 'not at all' : `${inputRetentionDays} days`],
          ['Made by', organization.managedBy ?? '–'],
          ['Created', <Moment key="created" at={organization.createdAt} />],
          ...(organization.purgeAt === null
            ? []
            : [['Removed for good', <Moment key="purge" at={organization.purgeAt} />] as const]),
        ]}
      />
    </section>
  );
}

function RunTasks({ slug }: { readonly slug: string }): ReactNode {
  return (
    <Panel title="Run tasks" beside={<AppLink href={paths.portal(slug, 'setup')}>Setup</AppLink>}>
      <Answered what="The run tasks" query={useRunTasks(slug)}>
        {(runTasks) =>
          runTasks.length === 0 ? (
            <Empty title="No run task yet">
              <AppLink href={paths.portal(slug, 'setup')}>Set the first one up</AppLink>
            </Empty>
          ) : (
            <Table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">State</th>
                  <th scope="col">Terraform</th>
                  <th scope="col">Checks</th>
                  <th scope="col">Key last used</th>
                </tr>
              </thead>
              <tbody>
                {runTasks.map((runTask) => (
                  <RunTaskRow key={runTask.name} runTask={runTask} />
                ))}
              </tbody>
            </Table>
          )
        }
      </Answered>
    </Panel>
  );
}

function RunTaskRow({ runTask }: { readonly runTask: RunTaskBody }): ReactNode {
  const { name, terraformOrigin, terraformOrganization, checks, hmacKeys } = runTask;
  const lastUsed =
    hmacKeys
      .flatMap(({ lastUsedAt }) => lastUsedAt ?? [])
      .sort()
      .at(-1) ?? null;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <RunTaskState runTask={runTask} />
      </td>
      <td>
        {terraformOrigin.replace(/^https?:\/\//, '')}
        {terraformOrganization === null ? null : (
          <Text span c="dimmed">
            {' '}
            · {terraformOrganization}
          </Text>
        )}
      </td>
      <td>{checks.map((check) => check.name).join(', ') || 'none'}</td>
      <td>
        <Moment at={lastUsed} />
      </td>
    </tr>
  );
}
