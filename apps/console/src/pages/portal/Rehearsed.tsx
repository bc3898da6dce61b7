import { Badge, Group, Stack, Text } from '@mantine/core';
import type { RehearsedBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Checks } from '../run/Checks.js';
import { VerdictMark } from '../task-results/Marks.js';
import { SafeMarkdown } from './SafeMarkdown.js';
import classes from './Rehearsed.module.css';

type Outcome = RehearsedBody['outcomes'][number];

/** What would be called back, as a Terraform shows it. */
export function Rehearsed({ rehearsed }: { readonly rehearsed: RehearsedBody }): ReactNode {
  const { verdict, message, consequence, outcomes, checks } = rehearsed;
  return (
    <Stack gap="md" aria-live="polite">
      <section aria-label="As Terraform will show it" className={classes.preview}>
        <Text fz="xs" c="dimmed" mb={6}>
          As Terraform will show it
        </Text>
        <Group gap="sm">
          <VerdictMark verdict={verdict} />
          <Text fw={600}>{message}</Text>
        </Group>
        <Text fz="sm" c="dimmed">
          {consequence}
        </Text>
        {outcomes.map((outcome) => (
          <OutcomeShown key={outcome.id} outcome={outcome} />
        ))}
      </section>
      <Checks checks={checks} />
    </Stack>
  );
}

const LEVELS: Readonly<Record<string, string>> = { error: 'red', warning: 'yellow', info: 'blue', none: 'gray' };

function OutcomeShown({ outcome: { id, description, body, tags } }: { readonly outcome: Outcome }): ReactNode {
  return (
    <article className={classes.outcome}>
      <Group gap="xs">
        <span className="mono">{id}</span>
        <Text fw={550}>{description}</Text>
        {Object.entries(tags).flatMap(([name, values]) =>
          values.map(({ label, level = 'none' }) => (
            <Badge
              key={`${name} ${label}`}
              size="sm"
              variant="outline"
              tt="none"
              color={LEVELS[level] ?? 'gray'}
              c="var(--mantine-color-text)"
            >
              {name}: {label}
            </Badge>
          )),
        )}
      </Group>
      {body === null ? null : <SafeMarkdown text={body} />}
    </article>
  );
}
