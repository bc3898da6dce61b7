import { Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { routes } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { openPage } from '../../history.js';
import { paths } from '../../paths.js';
import { FormModal } from '../../states/FormModal.js';

/** Makes an organization; its setup is next. */
export function NewOrganization(): ReactNode {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" onClick={open}>
        New organization
      </Button>
      {isOpen ? <Form onClose={close} /> : null}
    </>
  );
}

function Form({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [slug, setSlug] = useState('');
  const [displayName, setDisplayName] = useState('');
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      client.call(routes.putOrganization, {
        params: { org: slug },
        body: displayName === '' ? {} : { displayName },
        // One that is there already stays as it is.
        headers: { 'if-none-match': '*' },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['organizations'] });
      openPage(paths.portal(slug, 'setup'));
    },
  });
  return (
    <FormModal
      title="New organization"
      action="Create"
      failed="It was not created"
      isPending={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
      onClose={onClose}
    >
      <TextInput
        label="Slug"
        description="Letters, digits, - and _; stands in addresses and stays."
        required
        data-autofocus
        value={slug}
        onChange={({ currentTarget }) => {
          setSlug(currentTarget.value);
        }}
      />
      <TextInput
        label="Name"
        value={displayName}
        onChange={({ currentTarget }) => {
          setDisplayName(currentTarget.value);
        }}
      />
    </FormModal>
  );
}
