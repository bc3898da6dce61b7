import { CloseButton, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Filters } from './use-filters.js';

/** One filter: free text, or one of some values. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly width?: number;
}

interface FilterBarProps {
  readonly fields: readonly FilterField[];
  readonly filters: Filters<Readonly<Record<string, string | undefined>>>;
  readonly children?: ReactNode;
}

/** The filters of a list; `/` goes to the first. */
export function FilterBar({ fields, filters: [filter, change], children }: FilterBarProps): ReactNode {
  const first = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => first.current?.focus()]]);
  const isFiltered = fields.some(({ name }) => filter[name] !== undefined);
  const set = (name: string, value: string | null): void => {
    change({ [name]: value === null || value === '' ? undefined : value });
  };
  return (
    <Group gap={8} role="search" aria-label="Filters">
      {fields.map((field, index) =>
        field.options === undefined ? (
          <TextFilter
            key={field.name}
            field={field}
            value={filter[field.name] ?? ''}
            set={set}
            inputRef={index === 0 ? first : null}
          />
        ) : (
          <NativeSelect
            key={field.name}
            size="xs"
            w={field.width ?? 140}
            aria-label={field.label}
            data={[{ value: '', label: `${field.label}: any` }, ...field.options]}
            value={filter[field.name] ?? ''}
            onChange={({ currentTarget }) => {
              set(field.name, currentTarget.value);
            }}
          />
        ),
      )}
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

const TYPING_MS = 300;

interface TextFilterProps {
  readonly field: FilterField;
  readonly value: string;
  readonly set: (name: string, value: string) => void;
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
