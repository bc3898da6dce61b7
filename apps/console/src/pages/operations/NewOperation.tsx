import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { routes } from '@rungate/contract';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { openPage } from '../../history.js';
import { paths } from '../../paths.js';
import { Failed } from '../../states/States.js';

/** Plans an operation; it is started from its own page, where what it would do is shown. */
export function NewOperation(): ReactNode {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" onClick={open}>
        Resend many…
      </Button>
      {isOpen ? <Form onClose={close} /> : null}
    </>
  );
}

function Form({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [organization, setOrganization] = useState('');
  const [reason, setReason] = useState('');
  const [perSecond, setPerSecond] = useState(5);
  const plan = useMutation({
    mutationFn: async () => {
      const filter = { state: 'undeliverable' as const, ...(organization === '' ? {} : { organization }) };
      return (
        await client.call(routes.planOperation, { params: {}, body: { kind: 'resend', filter, reason, perSecond } })
      ).body;
    },
    onSuccess: ({ id }) => {
      openPage(paths.operation(id));
    },
  });
  return (
    <Modal opened onClose={onClose} title="Send verdicts again" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          plan.mutate();
        }}
      >
        <Stack gap="sm">
          <Text fz="sm">
            All verdicts that were given up and whose Terraform still listens. Nothing is sent before you start the
            plan.
          </Text>
          <TextInput
            label="Organization"
            description="Empty: all of them."
            value={organization}
            onChange={({ currentTarget }) => {
              setOrganization(currentTarget.value);
            }}
          />
          <TextInput
            label="Reason"
            required
            value={reason}
            onChange={({ currentTarget }) => {
              setReason(currentTarget.value);
            }}
          />
          <NumberInput
            label="A second"
            min={1}
            max={100}
            value={perSecond}
            onChange={(entered) => {
              if (typeof entered === 'number') setPerSecond(entered);
            }}
          />
          {plan.error === null ? null : <Failed what="It was not planned" error={plan.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={plan.isPending}>
              Plan
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
