import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useSingleKeys } from '../shell/use-single-keys.js';
import type { Filters } from './use-filters.js';

/** One filter: free text, a day, or one of some values. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly width?: number;
  readonly isDay?: boolean;
}

interface FilterBarProps {
  readonly fields: readonly FilterField[];
  readonly filters: Filters<Readonly<Record<string, string | undefined>>>;
  readonly children?: ReactNode;
}

/** The filters of a list; `/` goes to the first. */
export function FilterBar({ fields, filters: [filter, change], children }: FilterBarProps): ReactNode {
  const first = useRef<HTMLInputElement>(null);
  useSingleKeys([['/', () => first.current?.focus()]]);
  const isFiltered = fields.some(({ name }) => filter[name] !== undefined);
  const set = (name: string, value: string): void => {
    change({ [name]: value === '' ? undefined : value });
  };
  return (
    <Group gap={8} role="search" aria-label="Filters">
      {fields.map((field, index) => {
        const value = filter[field.name] ?? '';
        if (field.options !== undefined) return <Choice key={field.name} field={field} value={value} set={set} />;
        if (field.isDay === true) return <Day key={field.name} field={field} value={value} set={set} />;
        return (
          <TextFilter key={field.name} field={field} value={value} set={set} inputRef={index === 0 ? first : null} />
        );
      })}
      {isFiltered ? (
        <CloseButton
          size="sm"
          aria-label="Clear all filters"
          title="Clear all filters"
          onClick={() => {
            change(Object.fromEntries(fields.map(({ name }) => [name, undefined])));
          }}
        />
      ) : null}
      {children}
    </Group>
  );
}

interface FilterProps {
  readonly field: FilterField;
  readonly value: string;
  readonly set: (name: string, value: string) => void;
}

function Choice({ field: { name, label, options = [], width = 140 }, value, set }: FilterProps): ReactNode {
  return (
    <NativeSelect
      size="xs"
      w={width}
      aria-label={label}
      data={[{ value: '', label: `${label}: any` }, ...options]}
      value={value}
      onChange={({ currentTarget }) => {
        set(name, currentTarget.value);
      }}
    />
  );
}

function Day({ field: { name, label, width = 170 }, value, set }: FilterProps): ReactNode {
  return (
    <TextInput
      type="date"
      size="xs"
      w={width}
      aria-label={label}
      leftSection={label}
      leftSectionWidth={44}
      leftSectionProps={{ style: { fontSize: 'var(--mantine-font-size-xs)' } }}
      value={value.slice(0, 10)}
      onChange={({ currentTarget }) => {
        set(name, currentTarget.value);
      }}
    />
  );
}

const TYPING_MS = 300;

interface TextFilterProps extends FilterProps {
  readonly inputRef: React.Ref<HTMLInputElement> | null;
}

/** Asks once typing pauses; when the address changes by itself, so does the text. */
function TextFilter({ field, value, set, inputRef }: TextFilterProps): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => {
    setText(value);
  }, [value]);
  const ask = useDebouncedCallback((typed: string) => {
    set(field.name, typed);
  }, TYPING_MS);
  return (
    <TextInput
      ref={inputRef}
      size="xs"
      w={field.width ?? 160}
      aria-label={field.label}
      placeholder={field.label}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        ask(currentTarget.value);
      }}
    />
  );
}
