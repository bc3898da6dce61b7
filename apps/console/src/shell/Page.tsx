import { Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './Shell.module.css';

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its title, which is the tab's too, and what it holds. */
export function Page({ title, beside, children }: PageProps): ReactNode {
  useDocumentTitle(`${title} · Rungate`);
  return (
    <div className={classes.page}>
      <Group justify="space-between" gap="sm">
        <Title order={1}>{title}</Title>
        {beside}
      </Group>
      {children}
    </div>
  );
}
