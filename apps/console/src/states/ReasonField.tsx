import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

interface ReasonFieldProps {
  /** Who reads it. */
  readonly description?: string;
  readonly value: string;
  readonly onChange: (reason: string) => void;
}

/** Why something is done: the audit trail keeps it. */
export function ReasonField({ description, value, onChange }: ReasonFieldProps): ReactNode {
  return (
    <TextInput
      label="Reason"
      description={description}
      required
      maxLength={1_000}
      data-autofocus
      value={value}
      onChange={({ currentTarget }) => {
        onChange(currentTarget.value);
      }}
    />
  );
}
