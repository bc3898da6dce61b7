import { Button, Group, TextInput } from '@mantine/core';
import type { OperationBody } from '@rungate/contract';
import { useState, type ReactNode } from 'react';
import { useMay, useMe } from '../../session/me.js';
import { PlanOperation } from './PlanOperation.js';

type Kind = OperationBody['kind'];

/** Plans something for many task results, of one organization or all. */
export function NewOperation(): ReactNode {
  const may = useMay();
  const [kind, setKind] = useState<Kind | null>(null);
  return (
    <Group gap="sm">
      {may('task-results.resend') ? (
        <Button
          size="xs"
          onClick={() => {
            setKind('resend');
          }}
        >
          Resend many…
        </Button>
      ) : null}
      {may('task-results.reevaluate') ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setKind('reevaluate');
          }}
        >
          Re-evaluate many…
        </Button>
      ) : null}
      {kind === null ? null : (
        <Form
          kind={kind}
          onClose={() => {
            setKind(null);
          }}
        />
      )}
    </Group>
  );
}

interface FormProps {
  readonly kind: Kind;
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
