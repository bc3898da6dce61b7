import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { createContext, use, useState, type ReactNode } from 'react';
import { stepUpAddress } from '../api/sign-in.js';
import { ByNewLink } from '../states/States.js';
import { useNow } from '../time/use-now.js';
import { isProofFresh } from './ending.js';
import { useMe } from './me.js';
import classes from './ProofFirst.module.css';

/**
 * Around what is entered for something that needs a fresh proof: nothing can be entered before there is one, since going
 * away for it would lose that. Whoever has begun goes on; a proof that grows old meanwhile is said.
 */
export function ProofFirst({ children }: { readonly children?: ReactNode }): ReactNode {
  const isFresh = useFreshProof();
  const isSaid = use(Said);
  const [hasBegun, setHasBegun] = useState(isFresh);
  if (isFresh && !hasBegun) setHasBegun(true);
  return (
    <>
      {isFresh || isSaid ? null : <Demand />}
      {children === undefined ? null : (
        <fieldset className={classes.fields} disabled={!hasBegun}>
          {children}
        </fieldset>
      )}
    </>
  );
}

/** Whether what surrounds a form says it. */
const Said = createContext(false);

/** Around several forms that need a proof: it is asked for once, above them. */
export function ProofOfAll({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <>
      {useFreshProof() ? null : <Demand />}
      <Said value={true}>{children}</Said>
    </>
  );
}

function useFreshProof(): boolean {
  const { session } = useMe();
  const now = useNow().getTime();
  return session === null || isProofFresh(session, now);
}

function Demand(): ReactNode {
  const { session } = useMe();
  if (session?.isByLink === true) return <ByNewLink />;
  const { pathname, search } = window.location;
  return (
    <Alert color="blue" icon={<IconLock aria-hidden />} title="Confirm first that it is you" mb="sm">
      <Stack gap="xs" align="flex-start">
        <Text fz="sm">This needs a sign-in of the last ten minutes. What is entered before it is lost.</Text>
        <Button size="xs" variant="default" component="a" href={stepUpAddress(pathname + search)}>
          Sign in again
        </Button>
      </Stack>
    </Alert>
  );
}
