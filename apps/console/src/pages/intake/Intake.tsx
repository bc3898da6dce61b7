import { Text } from '@mantine/core';
import { routes } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { FormModal } from '../../states/FormModal.js';
import { ReasonField } from '../../states/ReasonField.js';

interface IntakeProps {
  readonly slug: string;
  readonly isPaused: boolean;
  readonly onClose: () => void;
}

/** Asks before intake of an organization is paused, and why; or before it is resumed. */
export function Intake({ slug, isPaused, onClose }: IntakeProps): ReactNode {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      isPaused
        ? client.call(routes.resumeIntake, { params: { org: slug } })
        : client.call(routes.pauseIntake, { params: { org: slug }, body: { reason } }),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['organizations'] }),
        queries.invalidateQueries({ queryKey: ['live'] }),
      ]);
    },
  });
  const action = isPaused ? 'Resume intake' : 'Pause intake';
  return (
    <FormModal
      title={`${action} of ${slug}`}
      action={action}
      failed="It was not done"
      isPending={change.isPending}
      error={change.error}
      onSubmit={change.mutate}
      onClose={onClose}
    >
      {isPaused ? (
        <Text fz="sm">What it sent and is not decided is taken up within a second.</Text>
      ) : (
        <>
          <Text fz="sm">
            What it sends is accepted and held: no check of it starts until intake is resumed; what is being checked
            goes on. Deadlines hold: what is still held then is decided as its run task says of time-outs. To refuse
            requests instead, suspend it.
          </Text>
          <ReasonField
            description="The organization reads it in its audit trail."
            value={reason}
            onChange={setReason}
          />
        </>
      )}
    </FormModal>
  );
}
