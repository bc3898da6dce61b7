import { Button, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { followLink } from '../api/sign-in.js';
import { Mark } from '../shell/Mark.js';
import { Failed } from '../states/States.js';

/** A link that signs in once. What follows its # is sent only by a click, so that whoever looks a link over does not use it up. */
export function LinkPage(): ReactNode {
  useDocumentTitle('One-time link · Rungate');
  const [token] = useState(() => window.location.hash.slice(1));
  const follow = useMutation({
    mutationFn: () => followLink(token),
    onSuccess: (location) => {
      window.location.replace(location);
    },
  });
  return (
    <Stack component="main" maw={400} mx="auto" mt="14vh" px="md" gap="md">
      <Mark />
      <div className="panel">
        <Stack gap="sm" py="xs">
          <Title order={1}>Sign in by a one-time link</Title>
          {token === '' ? (
            <Text>This address is not whole: what follows its # is missing. Copy the whole link.</Text>
          ) : (
            <>
              <Text>This link works once, and for a short time.</Text>
              {follow.error === null ? null : <Failed what="You are not signed in" error={follow.error} />}
              <Button
                loading={follow.isPending}
                onClick={() => {
                  follow.mutate();
                }}
              >
                Sign in
              </Button>
            </>
          )}
        </Stack>
      </div>
    </Stack>
  );
}
