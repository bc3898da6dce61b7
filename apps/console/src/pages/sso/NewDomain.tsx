import { Button, Group, TextInput } from '@mantine/core';
import { routes } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { ProofFirst } from '../../session/ProofFirst.js';
import { Failed } from '../../states/States.js';

/** Claims a domain for an organization. */
export function NewDomain({ org }: { readonly org: string }): ReactNode {
  const [domain, setDomain] = useState('');
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => client.call(routes.addDomain, { params: { org }, body: { domain: domain.trim() } }),
    onSuccess: async () => {
      setDomain('');
      await queries.invalidateQueries({ queryKey: ['domains', org] });
    },
  });
  return (
    <ProofFirst>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        {add.error === null ? null : <Failed what="The domain was not added" error={add.error} />}
        <Group gap="sm" align="flex-end" mt="sm">
          <TextInput
            size="xs"
            label="Domain"
            placeholder="acme.example"
            required
            maxLength={253}
            value={domain}
            onChange={({ currentTarget }) => {
              setDomain(currentTarget.value);
            }}
          />
          <Button size="xs" variant="default" type="submit" loading={add.isPending}>
            Add a domain
          </Button>
        </Group>
      </form>
    </ProofFirst>
  );
}
