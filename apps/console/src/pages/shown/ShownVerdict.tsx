import { Badge, Group, Text } from '@mantine/core';
import type { ShownVerdictBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { VerdictMark } from '../task-results/Marks.js';
import { SafeMarkdown } from './SafeMarkdown.js';
import classes from './Shown.module.css';

/** What is called back, as the run page of a Terraform shows it. */
export function ShownVerdict({ shown }: { readonly shown: ShownVerdictBody }): ReactNode {
  const { verdict, message, consequence, outcomes } = shown;
  return (
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
  );
}

const LEVELS: Readonly<Record<string, string>> = { error: 'red', warning: 'yellow', info: 'blue', none: 'gray' };

function OutcomeShown({
  outcome: { id, description, body, tags },
}: {
  readonly outcome: ShownVerdictBody['outcomes'][number];
}): ReactNode {
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
