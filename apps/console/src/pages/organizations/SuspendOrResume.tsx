import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { routes, type OrganizationBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { Ask } from '../../states/Ask.js';

/** Suspends an organization, or lets it go on. */
export function SuspendOrResume({
  organization: { slug, state },
}: {
  readonly organization: OrganizationBody;
}): ReactNode {
  const may = useMay();
  const [isAsked, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const isActive = state === 'active';
  const change = useMutation({
    mutationFn: () =>
      client.call(isActive ? routes.suspendOrganization : routes.resumeOrganization, { params: { org: slug } }),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ['organizations'] });
    },
  });
  if (!may('organizations.suspend')) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {isActive ? 'Suspend' : 'Resume'}
      </Button>
      {isAsked ? (
        <Ask
          title={isActive ? `Suspend ${slug}?` : `Resume ${slug}?`}
          action={isActive ? 'Suspend' : 'Resume'}
          isPending={change.isPending}
          error={change.error}
          onConfirm={() => {
            change.mutate();
          }}
          onClose={close}
          {...(isActive ? { typed: slug } : {})}
        >
          {isActive
            ? 'Its hooks refuse every request until it is resumed: mandatory run tasks then stop its runs. Nothing is removed.'
            : 'Its hooks answer again.'}
        </Ask>
      ) : null}
    </>
  );
}
