import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { AppLink } from '../shell/AppLink.js';
import { Empty } from '../states/States.js';

/** An address that is no page. */
export function NotFound(): ReactNode {
  return (
    <Stack p="xl">
      <Empty title="There is no such page">
        <AppLink href="/">Go to the beginning</AppLink>
      </Empty>
    </Stack>
  );
}
