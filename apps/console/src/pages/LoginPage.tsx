import { Button, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { readSignInOptions } from '../api/sign-in.js';
import { useFilters } from '../list/use-filters.js';
import { Mark } from '../shell/Mark.js';
import { Failed, Loading } from '../states/States.js';

const searchShape = z.object({ next: z.string().optional() });

/** A button for each way to sign in; it tells nobody which organizations there are. */
export function LoginPage(): ReactNode {
  useDocumentTitle('Sign in · Rungate');
  const [{ next }] = useFilters(searchShape);
  const options = useQuery({ queryKey: ['sign-in'], queryFn: readSignInOptions });
  return (
    <Stack component="main" maw={380} mx="auto" mt="16vh" px="md" gap="md">
      <Mark />
      <div className="panel">
        <Stack gap="sm" py="xs">
          <Title order={1}>Sign in</Title>
          {options.isPending ? <Loading rows={2} /> : null}
          {options.error === null ? null : (
            <Failed
              what="The ways to sign in could not be read"
              error={options.error}
              retry={() => void options.refetch()}
            />
          )}
          {options.data?.connections.map(({ id, label, startUrl }) => (
            <Button key={id} component="a" href={withNext(startUrl, next)} variant="filled" fullWidth>
              {label}
            </Button>
          ))}
          {options.data?.connections.length === 0 ? (
            <Text c="dimmed">
              Nobody can sign in here yet. `rungate admin login-link` makes the first link; API tokens work already.
            </Text>
          ) : null}
        </Stack>
      </div>
    </Stack>
  );
}

function withNext(url: string, next: string | undefined): string {
  return next === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`;
}
