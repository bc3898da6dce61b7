import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A page broke, or could not be loaded: mostly because the platform was updated since this tab was opened. */
export function PageFailed({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <Stack p="xl" maw={640} align="flex-start" role="alert">
      <Title order={1}>This page could not be shown</Title>
      <Text>{error instanceof Error ? error.message : String(error)}</Text>
      <Text c="dimmed">When the platform was updated since you opened this tab, loading it anew helps.</Text>
      <Group>
        <Button
          onClick={() => {
            window.location.reload();
          }}
        >
          Load anew
        </Button>
        <Button variant="default" onClick={reset}>
          Try again
        </Button>
      </Group>
    </Stack>
  );
}
