import { Button, Group, List, Text, Title } from '@mantine/core';
import type { CallbackGroupsBody } from '@rungate/contract';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { counted } from '../../list/counted.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { HinderedButton } from '../../states/HinderedButton.js';
import { Moment } from '../../time/Moment.js';
import { PlanOperation } from '../operations/PlanOperation.js';
import { Sample } from './Sample.js';

/** Verdicts that do not arrive for one cause. */
export type OneGroup = CallbackGroupsBody['items'][number];

interface CallbackGroupProps {
  readonly group: OneGroup;
  /** Null: of all. */
  readonly organization: string | null;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

/** One cause in a line; unfolded with what to do, whom it concerns, and a try of it. */
export function CallbackGroup({ group, organization, isOpen, toggle }: CallbackGroupProps): ReactNode {
  const { origin, status, error, happened, remedy, counts, organizationCount, firstAt, lastAt } = group;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <section className="panel" aria-label={titleOf(group)}>
      <Group justify="space-between" gap="sm" align="flex-start">
        <div style={{ minWidth: 0, flex: 1 }}>
          <Title order={2}>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              c="var(--mantine-color-text)"
              leftSection={<Chevron size={14} aria-hidden />}
              aria-expanded={isOpen}
              onClick={toggle}
            >
              {titleOf(group)}
            </Button>
          </Title>
          <Text fz="sm" c="dimmed" pl={8}>
            <span className="mono">{origin.replace(/^https?:\/\//, '')}</span> ·{' '}
            {status === null ? 'no answer' : `HTTP ${status}`} · {counted(counts.failing + counts.givenUp, 'verdicts')}{' '}
            of {counted(organizationCount, 'organizations')} · since <Moment at={firstAt} />, last{' '}
            <Moment at={lastAt} />
          </Text>
        </div>
        <Retry group={group} organization={organization} />
      </Group>
      {isOpen ? (
        <div style={{ padding: '8px 8px 0' }}>
          <Text fw={600}>What to do</Text>
          <Text mb="sm">{remedy}</Text>
          {error === null || error === happened ? null : (
            <Text c="dimmed" mb="sm">
              It said:{' '}
              <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                {error}
              </span>
            </Text>
          )}
          <Concerned group={group} />
          <Sample id={group.latest.taskResultId} />
        </div>
      ) : null}
    </section>
  );
}

function titleOf({ happened, error, status }: OneGroup): string {
  return happened === '' ? (error ?? (status === null ? 'No answer' : `HTTP ${status}`)) : happened;
}

function Concerned({
  group: { cause, organizations, organizationCount, counts },
}: {
  readonly group: OneGroup;
}): ReactNode {
  return (
    <>
      <Text fw={600}>Whom it concerns</Text>
      <List size="sm" mb="xs">
        {organizations.map(({ organization, count }) => (
          <List.Item key={organization}>
            <AppLink
              href={`${paths.runs}?cause=${encodeURIComponent(cause)}&organization=${encodeURIComponent(organization)}`}
            >
              {organization}
            </AppLink>{' '}
            {count}
          </List.Item>
        ))}
      </List>
      {organizationCount > organizations.length ? (
        <Text fz="sm" c="dimmed">
          and {organizationCount - organizations.length} more organizations
        </Text>
      ) : null}
      <Text fz="sm" mb="sm">
        {counts.failing} on their way, {counts.givenUp} given up.{' '}
        <AppLink href={`${paths.runs}?cause=${encodeURIComponent(cause)}`}>See all of them</AppLink>
      </Text>
    </>
  );
}

function Retry({
  group: { cause, counts },
  organization,
}: Pick<CallbackGroupProps, 'group' | 'organization'>): ReactNode {
  const may = useMay();
  const [isAsked, setAsked] = useState(false);
  if (!may('operations.write') || !may('task-results.resend')) return null;
  return (
    <>
      <HinderedButton
        hindrance={counts.canStillArrive === 0 ? 'No Terraform of these listens any more.' : null}
        onClick={() => {
          setAsked(true);
        }}
      >
        Retry all that can still arrive ({counts.canStillArrive} of {counts.failing + counts.givenUp})
      </HinderedButton>
      {isAsked ? (
        <PlanOperation
          kind="resend"
          filter={{ cause, ...(organization === null ? {} : { organization }) }}
          onClose={() => {
            setAsked(false);
          }}
        />
      ) : null}
    </>
  );
}
