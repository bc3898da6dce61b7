import type { ReactNode } from 'react';
import { Group, Text } from '@mantine/core';

/** The name with its sign. */
export function Mark(): ReactNode {
  return (
    <Group gap={6} wrap="nowrap">
      <img src="/favicon.svg" alt="" width={20} height={20} />
      <Text fw={650} fz="md">
        rungate
      </Text>
    </Group>
  );
}
