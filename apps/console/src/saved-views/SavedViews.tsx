import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { lazy, Suspense, type ReactNode } from 'react';
import type { ViewedPage } from './view-search.js';

const ViewList = lazy(async () => ({ default: (await import('./ViewList.js')).ViewList }));

/** What the filters of a page ask for, under names: one's own, and what others share. */
export function SavedViews({ page }: { readonly page: ViewedPage }): ReactNode {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onChange={close} position="bottom-end" width={320} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          onClick={toggle}
        >
          Views
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Views of this page">
        <Suspense>
          <ViewList page={page} onChosen={close} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
