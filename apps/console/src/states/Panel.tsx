import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** One thing on a page, with its name. */
export function Panel({ title, beside, children }: PanelProps): ReactNode {
  return (
    <section className="panel" aria-label={title}>
      <Group justify="space-between" mb={8} gap="sm">
        <Title order={2}>{title}</Title>
        {beside}
      </Group>
      {children}
    </section>
  );
}
