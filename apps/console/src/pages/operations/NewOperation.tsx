import { Group, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useMe } from '../../session/me.js';
import { PlanButtons, type OperationKind } from './PlanButtons.js';
import { PlanOperation } from './PlanOperation.js';

/** Plans something for many task results, of one organization or all. */
export function NewOperation(): ReactNode {
  return (
    <Group gap="sm">
      <PlanButtons to="many">{(kind, close) => <Form kind={kind} onClose={close} />}</PlanButtons>
    </Group>
  );
}

interface FormProps {
  readonly kind: OperationKind;
  readonly onClose: () => void;
}

const FIELDS = [
  { name: 'organization', label: 'Organization', description: 'Empty: all of them.' },
  { name: 'runTask', label: 'Run task', description: '' },
  { name: 'workspace', label: 'Workspace', description: '' },
] as const;

function Form({ kind, onClose }: FormProps): ReactNode {
  const { organization } = useMe();
  const [entered, setEntered] = useState<Readonly<Record<string, string>>>({});
  const filter = {
    ...(kind === 'resend' ? { state: 'undeliverable' } : {}),
    ...Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== '')),
  };
  return (
    <PlanOperation kind={kind} filter={filter} onClose={onClose}>
      {FIELDS.filter(({ name }) => name !== 'organization' || organization === null).map(
        ({ name, label, description }) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            value={entered[name] ?? ''}
            onChange={({ currentTarget }) => {
              setEntered({ ...entered, [name]: currentTarget.value });
            }}
          />
        ),
      )}
    </PlanOperation>
  );
}
