import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Ask } from '../../states/Ask.js';
import { HinderedButton } from '../../states/HinderedButton.js';
import { Failed } from '../../states/States.js';
import type { Connection, ConnectionPlane } from './connection.js';

interface ConnectionActionsProps {
  readonly plane: ConnectionPlane;
  readonly connection: Connection;
}

/** Tries a connection, activates it, or ends it. */
export function ConnectionActions({ plane, connection }: ConnectionActionsProps): ReactNode {
  const { id, name, status, isTested, fromEnvironment } = connection;
  const [asked, setAsked] = useState<'activate' | 'disable' | null>(null);
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => plane.test(id),
    onSuccess: (location) => {
      window.location.assign(location);
    },
  });
  const change = useMutation({
    mutationFn: (what: 'activate' | 'disable') =>
      what === 'activate' ? plane.activate(connection) : plane.disable(id),
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries({ queryKey: plane.key });
    },
  });
  return (
    <Group gap="sm">
      {test.error === null ? null : <Failed what="The test was not begun" error={test.error} />}
      <Button
        size="xs"
        variant="default"
        loading={test.isPending}
        onClick={() => {
          test.mutate();
        }}
      >
        Test it
      </Button>
      {fromEnvironment ? null : status === 'active' ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setAsked('disable');
          }}
        >
          Disable
        </Button>
      ) : (
        <HinderedButton
          hindrance={isTested ? null : 'Its settings as they are have passed no test yet.'}
          onClick={() => {
            setAsked('activate');
          }}
        >
          Activate
        </HinderedButton>
      )}
      {asked === null ? null : (
        <Ask
          title={asked === 'activate' ? `Activate ${name}?` : `Disable ${name}?`}
          action={asked === 'activate' ? 'Activate' : 'Disable'}
          isPending={change.isPending}
          error={change.error}
          needsProof
          onConfirm={() => {
            change.mutate(asked);
          }}
          onClose={() => {
            setAsked(null);
          }}
          {...(asked === 'disable' ? { typed: name } : {})}
        >
          {asked === 'activate'
            ? 'People sign in through it from now on, with the roles that its rules give.'
            : 'Nobody signs in through it any more, and all who did are signed out at once; the API tokens that they made end. Members and their roles stay.'}
        </Ask>
      )}
    </Group>
  );
}
