import { Text } from '@mantine/core';
import { routes, type TaskResultDetailBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { FormModal } from '../../states/FormModal.js';
import { ReasonField } from '../../states/ReasonField.js';
import { HinderedButton } from '../../states/HinderedButton.js';
import { reevaluationHindrance } from '../run/hindrances.js';

interface ReevaluateProps {
  readonly taskResult: TaskResultDetailBody;
  /** Asks for what came of it to be shown. */
  readonly onStarted: () => void;
}

/** Lets the checks of today judge what was kept of a run; what they say stays here. */
export function Reevaluate({ taskResult, onStarted }: ReevaluateProps): ReactNode {
  const may = useMay();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <HinderedButton
        hindrance={reevaluationHindrance(taskResult, may('task-results.reevaluate'))}
        onClick={() => {
          setAsked(true);
        }}
      >
        Re-evaluate
      </HinderedButton>
      {isAsked ? (
        <Form
          id={taskResult.id}
          onStarted={onStarted}
          onClose={() => {
            setAsked(false);
          }}
        />
      ) : null}
    </>
  );
}

interface FormProps extends Pick<ReevaluateProps, 'onStarted'> {
  readonly id: string;
  readonly onClose: () => void;
}

function Form({ id, onStarted, onClose }: FormProps): ReactNode {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const begin = useMutation({
    mutationFn: () => client.call(routes.reevaluateTaskResult, { params: { id }, body: { reason } }),
    onSuccess: async () => {
      onClose();
      onStarted();
      await queries.invalidateQueries({ queryKey: ['task-result', id, 're-evaluations'] });
    },
  });
  return (
    <FormModal
      title="Re-evaluate"
      action="Re-evaluate"
      failed="It was not begun"
      isPending={begin.isPending}
      error={begin.error}
      onSubmit={begin.mutate}
      onClose={onClose}
    >
      <Text fz="sm">
        The checks as they are stored today judge the plan that was kept. What they say stands here, and is not sent to
        Terraform: its verdict is final. For another verdict there, start a new run.
      </Text>
      <ReasonField value={reason} onChange={setReason} />
    </FormModal>
  );
}
