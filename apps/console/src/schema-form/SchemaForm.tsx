import { JsonInput, NativeSelect, NumberInput, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { fieldsOf, withField, type SchemaField } from './fields.js';

type Config = Readonly<Record<string, unknown>>;

interface SchemaFormProps {
  readonly schema: Config;
  readonly config: Config;
  readonly change: (config: Record<string, unknown>) => void;
  /** Says of a field whether its text is a value: one that is none changes nothing. */
  readonly note: (field: string, isReadable: boolean) => void;
}

/** A form for a configuration, as its JSON Schema says. */
export function SchemaForm({ schema, config, change, note }: SchemaFormProps): ReactNode {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return <Text c="dimmed">There is nothing to set.</Text>;
  return (
    <Stack gap="sm">
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={config[field.name]}
          set={(value) => {
            change(withField(config, field.name, value));
          }}
          note={note}
        />
      ))}
    </Stack>
  );
}

interface FieldProps {
  readonly field: SchemaField;
  readonly value: unknown;
  /** Undefined: as usual. */
  readonly set: (value: unknown) => void;
  readonly note: SchemaFormProps['note'];
}

function Field({ field, value, set, note }: FieldProps): ReactNode {
  const { name, kind, description, usual, isRequired } = field;
  const shared = { size: 'xs', label: name, description, required: isRequired } as const;
  const now = value ?? usual;
  switch (kind.is) {
    case 'choice':
      return (
        <NativeSelect
          {...shared}
          data={[...(usual === undefined ? [''] : []), ...kind.values]}
          value={typeof now === 'string' ? now : ''}
          onChange={({ currentTarget }) => {
            set(currentTarget.value === '' ? undefined : currentTarget.value);
          }}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={typeof now === 'number' ? now : ''}
          onChange={(entered) => {
            set(typeof entered === 'number' ? entered : undefined);
          }}
        />
      );
    case 'switch':
      return (
        <Switch
          size="xs"
          label={name}
          description={description}
          checked={now === true}
          onChange={({ currentTarget }) => {
            set(currentTarget.checked);
          }}
        />
      );
    case 'text':
      return (
        <TextInput
          {...shared}
          value={typeof now === 'string' ? now : ''}
          onChange={({ currentTarget }) => {
            set(currentTarget.value === '' ? undefined : currentTarget.value);
          }}
        />
      );
    case 'texts':
      return (
        <Textarea
          {...shared}
          description={`${description} One a line.`.trim()}
          autosize
          minRows={2}
          maxRows={8}
          value={Array.isArray(now) ? now.join('\n') : ''}
          onChange={({ currentTarget }) => {
            set(currentTarget.value === '' && usual === undefined ? undefined : currentTarget.value.split('\n'));
          }}
          onBlur={({ currentTarget }) => {
            const lines = currentTarget.value.split('\n').map((line) => line.trim());
            const entered = lines.filter((line) => line !== '');
            if (Array.isArray(now) && entered.join('\n') !== now.join('\n')) set(entered);
          }}
        />
      );
    case 'json':
      return <JsonField field={field} value={value} set={set} note={note} />;
  }
}

/** Kept as it was typed until it is JSON; until then its check cannot be stored. */
function JsonField({ field: { name, description, usual, isRequired }, value, set, note }: FieldProps): ReactNode {
  const [text, setText] = useState(() => JSON.stringify(value ?? usual, null, 2));
  return (
    <JsonInput
      size="xs"
      label={name}
      description={`${description} As JSON.`.trim()}
      required={isRequired}
      validationError="This is not JSON."
      formatOnBlur
      autosize
      minRows={3}
      maxRows={16}
      value={text}
      onChange={(typed) => {
        setText(typed);
        const read = readJson(typed);
        note(name, read !== null);
        if (read !== null) set(read.value);
      }}
    />
  );
}

function readJson(text: string): { readonly value: unknown } | null {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
