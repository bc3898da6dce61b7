import { NumberInput, Text } from '@mantine/core';
import { routes, type NewOperationBody } from '@rungate/contract';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { openPage } from '../../history.js';
import { paths } from '../../paths.js';
import { FormModal } from '../../states/FormModal.js';
import { ReasonField } from '../../states/ReasonField.js';
import { filterText } from './filter-text.js';
import { KIND_TEXTS } from './kinds.js';

interface PlanOperationProps {
  readonly kind: NewOperationBody['kind'];
  /** To which task results; shown as it is. */
  readonly filter: Readonly<Record<string, string>>;
  /** More fields, that change the filter. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

const USUAL_PER_SECOND = 5;

/** Plans an operation; it is started from its own page, where what it would do is shown. */
export function PlanOperation({ kind, filter, children, onClose }: PlanOperationProps): ReactNode {
  const [reason, setReason] = useState('');
  const [perSecond, setPerSecond] = useState(USUAL_PER_SECOND);
  const plan = useMutation({
    mutationFn: async () =>
      (await client.call(routes.planOperation, { params: {}, body: { kind, filter, reason, perSecond } })).body,
    onSuccess: ({ id }) => {
      openPage(paths.operation(id));
    },
  });
  const { title, effect } = KIND_TEXTS[kind];
  return (
    <FormModal
      title={title}
      action="Plan"
      failed="It was not planned"
      isPending={plan.isPending}
      error={plan.error}
      onSubmit={plan.mutate}
      onClose={onClose}
    >
      <Text fz="sm">{effect} Nothing is done before you start the plan, which says how many these are.</Text>
      <Text fz="sm">
        To: <span className="mono">{filterText(filter)}</span>
      </Text>
      {children}
      <ReasonField value={reason} onChange={setReason} />
      <NumberInput
        label="A second"
        min={1}
        max={100}
        value={perSecond}
        onChange={(entered) => {
          if (typeof entered === 'number') setPerSecond(entered);
        }}
      />
    </FormModal>
  );
}
