import { Alert, Button, Code, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { ManagementApiError } from '@rungate/contract';
import { IconAlertTriangle, IconLock, IconMoodEmpty } from '@tabler/icons-react';
import { use, useState, type ReactNode } from 'react';
import { stepUpAddress } from '../api/sign-in.js';
import { MeContext } from '../session/me.js';
import { Copyable } from './Copy.js';

interface EmptyProps {
  /** Why there is nothing. */
  readonly title: string;
  /** The one thing to do next. */
  readonly children?: ReactNode;
}

/** Nothing is there: why, and what to do next. */
export function Empty({ title, children }: EmptyProps): ReactNode {
  return (
    <Stack align="center" gap={6} py={48} px="md">
      <IconMoodEmpty size={28} stroke={1.5} color="var(--quiet)" aria-hidden />
      <Text fw={600}>{title}</Text>
      <Text component="div" c="dimmed" maw={560} ta="center">
        {children}
      </Text>
    </Stack>
  );
}

interface FailedProps {
  /** What was to be done, such as "The runs could not be read". */
  readonly what: string;
  readonly error: Error;
  readonly retry?: () => void;
}

/** Something failed: what, why, and a way to try again. A refusal for want of a permission says so. */
export function Failed({ what, error, retry }: FailedProps): ReactNode {
  if (needsStepUp(error)) return <StepUp />;
  if (error instanceof ManagementApiError && error.status === 403) return <Forbidden detail={error.problem?.detail} />;
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={`${what}.`} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text>{error.message}</Text>
        <Violations error={error} />
        <RequestId error={error} />
        {retry === undefined ? null : (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** What whoever runs this installation finds the failure by, in its log. */
function RequestId({ error }: { readonly error: Error }): ReactNode {
  const id = error instanceof ManagementApiError ? error.requestId : null;
  if (id === null) return null;
  return (
    <Text component="div" fz="xs" c="dimmed">
      Request <Copyable text={id} what="the request id" />
    </Text>
  );
}

function needsStepUp(error: Error): boolean {
  return error instanceof ManagementApiError && error.problem?.code === 'step-up-required';
}

/** Some things need a person who proved a moment ago who he is. */
function StepUp(): ReactNode {
  const { pathname, search } = window.location;
  if (use(MeContext)?.session?.isByLink === true) return <ByNewLink />;
  return (
    <Alert color="blue" icon={<IconLock aria-hidden />} title="Confirm that it is you" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text>This needs a sign-in of the last ten minutes. You come back here afterwards, and do it again.</Text>
        <Button size="xs" component="a" href={stepUpAddress(pathname + search)}>
          Sign in again
        </Button>
      </Stack>
    </Alert>
  );
}

/** Whoever came by a one-time link has no provider to prove himself to. */
export function ByNewLink(): ReactNode {
  return (
    <Alert color="blue" icon={<IconLock aria-hidden />} title="Confirm that it is you" role="alert">
      A one-time link counts for ten minutes. Have another one printed: <Code>rungate admin login-link</Code>, or{' '}
      <Code>rungate admin setup-url</Code> while there is no owner.
    </Alert>
  );
}

function Violations({ error }: { readonly error: Error }): ReactNode {
  const violations = error instanceof ManagementApiError ? (error.problem?.errors ?? []) : [];
  if (violations.length === 0) return null;
  return (
    <ul>
      {violations.map(({ pointer, detail }) => (
        <li key={`${pointer} ${detail}`}>
          <Code>{pointer === '' ? '/' : pointer}</Code> {detail}
        </li>
      ))}
    </ul>
  );
}

/** Who looks may not see this: which permission is missing, and who can grant it. */
function Forbidden({ detail }: { readonly detail?: string | undefined }): ReactNode {
  return (
    <Stack align="center" gap={6} py={48}>
      <IconLock size={28} stroke={1.5} color="var(--quiet)" aria-hidden />
      <Title order={2}>You may not see this</Title>
      <Text c="dimmed">{detail ?? 'Your role does not include it.'}</Text>
      <Text c="dimmed">Roles are given by an admin of your organization, or by an owner of this platform.</Text>
    </Stack>
  );
}

/** Longer waits are shown; short ones would only flicker. */
const SHOWN_AFTER_MS = 150;

/** The outline of what is about to come. */
export function Loading({ rows = 8 }: { readonly rows?: number }): ReactNode {
  const [isLong, setIsLong] = useState(false);
  useTimeout(
    () => {
      setIsLong(true);
    },
    SHOWN_AFTER_MS,
    { autoInvoke: true },
  );
  if (!isLong) return null;
  return (
    <Stack gap={10} aria-busy aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={18} width={`${95 - ((row * 13) % 40)}%`} />
      ))}
    </Stack>
  );
}
