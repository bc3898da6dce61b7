import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Panel } from '../states/Panel.js';

interface PictureProps {
  readonly title: string;
  /** The same as words and numbers. */
  readonly table: ReactNode;
  readonly children: ReactNode;
}

/** A picture, or what it shows as a table. */
export function Picture({ title, table, children }: PictureProps): ReactNode {
  const [isTable, { toggle }] = useDisclosure(false);
  return (
    <Panel
      title={title}
      beside={
        <Button size="compact-xs" variant="subtle" onClick={toggle} aria-pressed={isTable}>
          {isTable ? 'View as picture' : 'View as table'}
        </Button>
      }
    >
      {isTable ? table : children}
    </Panel>
  );
}
