import { Text } from '@mantine/core';
import { routes } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { FormModal } from '../../states/FormModal.js';
import { ReasonField } from '../../states/ReasonField.js';

/** What an operator can do about a task result in flight. */
export type Intervention = 'extend' | 'finish';

interface InterveneProps {
  readonly intervention: Intervention;
  readonly id: string;
  /** Organization and workspace. */
  readonly name: string;
  readonly onClose: () => void;
}

const TEXTS: Readonly<
  Record<Intervention, { readonly title: string; readonly action: string; readonly effect: string }>
> = {
  extend: {
    title: 'Extend',
    action: 'Extend now',
    effect:
      'Terraform is told within a second that the checks go on, and waits another ten minutes for a sign of life. When the verdict is due in all stays as it is.',
  },
  finish: {
    title: 'Finish',
    action: 'Finish now',
    effect:
      'The verdict is written within a second, as it would be at the deadline: checks that have not ended count as too late, and what the run task says of time-outs decides. It is final: Terraform takes only one.',
  },
};

/** Asks why, and does it. */
export function Intervene({ intervention, id, name, onClose }: InterveneProps): ReactNode {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const { title, action, effect } = TEXTS[intervention];
  const act = useMutation({
    mutationFn: () => {
      const route = intervention === 'extend' ? routes.extendTaskResult : routes.finishTaskResult;
      return client.call(route, { params: { id }, body: { reason } });
    },
    onSuccess: async () => {
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['task-result', id] }),
        queries.invalidateQueries({ queryKey: ['live'] }),
      ]);
    },
  });
  return (
    <FormModal
      title={`${title} ${name}`}
      action={action}
      failed="It was not done"
      isPending={act.isPending}
      error={act.error}
      onSubmit={act.mutate}
      onClose={onClose}
    >
      <Text fz="sm">{effect}</Text>
      <ReasonField description="Stands in the audit trail of the organization." value={reason} onChange={setReason} />
    </FormModal>
  );
}
