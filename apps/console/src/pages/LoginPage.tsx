import { Alert, Button, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { SIGN_IN_PROBLEMS, type SignInOptions, type SignInProblem } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { readSignInOptions } from '../api/sign-in.js';
import { useFilters } from '../list/use-filters.js';
import { Mark } from '../shell/Mark.js';
import { Failed, Loading } from '../states/States.js';
import { ByEmail } from './ByEmail.js';

const searchShape = z.object({ next: z.string().optional(), problem: z.enum(SIGN_IN_PROBLEMS).optional() });

const PROBLEMS: Readonly<Record<SignInProblem, string>> = {
  expired: 'The sign-in took too long, or was begun in another browser. Begin anew.',
  refused: 'Your identity provider, or you, said no.',
  provider: 'The identity provider cannot be reached, or answers as it must not. Ask who administers it.',
  'not-admitted': 'Your identity provider knows you, and nobody let you in here yet. Ask an administrator for access.',
  blocked: 'An administrator took your access away.',
  'other-person': 'Somebody else came back than the person of this session.',
  'no-connection': 'There is no such way to sign in, or it is switched off.',
  'no-provider':
    'No provider is known by this address. Follow the link of a check, open the address of your organization, or ask its administrators.',
  'too-many': 'Too many tries from your address. Wait a minute.',
};

/** A button for each way to sign in; it tells nobody which organizations there are. */
export function LoginPage(): ReactNode {
  useDocumentTitle('Sign in · Rungate');
  const [{ next, problem }] = useFilters(searchShape);
  const options = useQuery({ queryKey: ['sign-in'], queryFn: readSignInOptions });
  return (
    <Stack component="main" maw={400} mx="auto" mt="14vh" px="md" gap="md">
      <Mark />
      {problem === undefined ? null : (
        <Alert color="orange" title="You are not signed in">
          {PROBLEMS[problem]}
        </Alert>
      )}
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
          {options.data === undefined ? null : <Choices options={options.data} next={next} />}
          {options.data?.development === false ? <ByEmail next={next} /> : null}
        </Stack>
      </div>
    </Stack>
  );
}

interface ChoicesProps {
  readonly options: SignInOptions;
  readonly next: string | undefined;
}

function Choices({ options: { choices, development }, next }: ChoicesProps): ReactNode {
  if (choices.length === 0) {
    return (
      <Text c="dimmed">
        Sign in with the e-mail address that your organization knows you by, or follow the link of a check. For the very
        first owner `rungate admin setup-url` makes a link on the server.
      </Text>
    );
  }
  return (
    <>
      {development ? (
        <Text fz="sm" c="dimmed">
          Development sign-in: choose who you want to be. It works on this machine alone.
        </Text>
      ) : null}
      {choices.map(({ label, href }) => (
        <Button
          key={href}
          component="a"
          href={withReturn(href, next)}
          variant={development ? 'default' : 'filled'}
          fullWidth
        >
          {label}
        </Button>
      ))}
    </>
  );
}

function withReturn(href: string, next: string | undefined): string {
  return next === undefined ? href : `${href}${href.includes('?') ? '&' : '?'}return=${encodeURIComponent(next)}`;
}
