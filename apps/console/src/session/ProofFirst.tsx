import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { stepUpAddress } from '../api/sign-in.js';
import { useNow } from '../time/use-now.js';
import { isProofFresh } from './ending.js';
import { useMe } from './me.js';

/** Before a long form whose sending needs a fresh proof: going away for one would lose what was entered. */
export function ProofFirst(): ReactNode {
  const { session } = useMe();
  const now = useNow().getTime();
  if (session === null || isProofFresh(session, now)) return null;
  const { pathname, search } = window.location;
  return (
    <Alert color="blue" icon={<IconLock aria-hidden />} title="Confirm first that it is you" mb="sm">
      <Stack gap="xs" align="flex-start">
        <Text fz="sm">Storing this needs a sign-in of the last ten minutes. What is entered before it is lost.</Text>
        <Button size="xs" variant="default" component="a" href={stepUpAddress(pathname + search)}>
          Sign in again
        </Button>
      </Stack>
    </Alert>
  );
}
