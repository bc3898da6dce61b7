import { Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { routes } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { ProofFirst } from '../../session/ProofFirst.js';
import { FormModal } from '../../states/FormModal.js';

/** A key that was just made. */
export interface ShownKey {
  readonly runTask: string;
  readonly hmacKey: string;
}

interface NewRunTaskProps {
  readonly slug: string;
  readonly onCreated: (shown: ShownKey) => void;
}

/** Makes a run task with a key of its own. */
export function NewRunTask({ slug, onCreated }: NewRunTaskProps): ReactNode {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" onClick={open}>
        New run task
      </Button>
      {isOpen ? <Form slug={slug} onCreated={onCreated} onClose={close} /> : null}
    </>
  );
}

interface FormProps extends NewRunTaskProps {
  readonly onClose: () => void;
}

function Form({ slug, onCreated, onClose }: FormProps): ReactNode {
  const [name, setName] = useState('rungate');
  const [terraformOrigin, setTerraformOrigin] = useState('https://app.terraform.io');
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      client.call(routes.putRunTask, {
        params: { org: slug, name },
        body: { terraformOrigin },
        headers: { 'if-none-match': '*' },
      }),
    onSuccess: async ({ body }) => {
      if (body.hmacKey !== undefined) onCreated({ runTask: body.name, hmacKey: body.hmacKey });
      onClose();
      await queries.invalidateQueries({ queryKey: ['run-tasks', slug] });
    },
  });
  return (
    <FormModal
      title="New run task"
      action="Create"
      failed="It was not created"
      isPending={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
      onClose={onClose}
    >
      <ProofFirst>
        <TextInput
          label="Name"
          description="As it will be called in Terraform: letters, digits, - and _."
          required
          data-autofocus
          value={name}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
          }}
        />
        <TextInput
          label="Terraform"
          description="Where HCP Terraform or Terraform Enterprise is reached; callbacks go there alone."
          required
          type="url"
          value={terraformOrigin}
          onChange={({ currentTarget }) => {
            setTerraformOrigin(currentTarget.value);
          }}
        />
      </ProofFirst>
    </FormModal>
  );
}
