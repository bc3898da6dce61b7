import { Button, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ProofFirst } from '../../session/ProofFirst.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { SecretOnce } from '../portal/SecretOnce.js';
import type { Issuer, WantedToken } from './issuer.js';

const USUAL_DAYS = 90;

/** Makes a token, and shows it this once. */
export function NewToken<Role extends string>({ issuer }: { readonly issuer: Issuer<Role> }): ReactNode {
  const [wanted, setWanted] = useState<WantedToken<Role>>({
    name: '',
    role: issuer.roles[0],
    expiresInDays: USUAL_DAYS,
    managedBy: '',
  });
  const want = (changes: Partial<WantedToken<Role>>): void => {
    setWanted({ ...wanted, ...changes });
  };
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => issuer.create(wanted),
    onSuccess: async () => {
      want({ name: '' });
      await queries.invalidateQueries({ queryKey: issuer.key });
    },
  });
  return (
    <>
      {create.data === undefined ? null : <SecretOnce title={`Token ${create.data.name}`} secret={create.data.token} />}
      {create.error === null ? null : <Failed what="The token was not made" error={create.error} />}
      <Panel title="New token">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <ProofFirst>
            <Group gap="sm" align="flex-end">
              <TextInput
                size="xs"
                label="Name"
                required
                value={wanted.name}
                onChange={({ currentTarget }) => {
                  want({ name: currentTarget.value });
                }}
              />
              <NativeSelect
                size="xs"
                label="Role"
                data={[...issuer.roles]}
                value={wanted.role}
                onChange={({ currentTarget }) => {
                  want({ role: issuer.roles.find((each) => each === currentTarget.value) ?? wanted.role });
                }}
              />
              <NumberInput
                size="xs"
                w={120}
                label="Valid for days"
                min={1}
                max={365}
                value={wanted.expiresInDays}
                onChange={(entered) => {
                  if (typeof entered === 'number') want({ expiresInDays: entered });
                }}
              />
              {issuer.hasPartners ? (
                <TextInput
                  size="xs"
                  label="Partner, of an onboarder"
                  value={wanted.managedBy}
                  onChange={({ currentTarget }) => {
                    want({ managedBy: currentTarget.value });
                  }}
                />
              ) : null}
              <Button size="xs" type="submit" loading={create.isPending}>
                Make a token
              </Button>
            </Group>
          </ProofFirst>
        </form>
      </Panel>
    </>
  );
}
