import { Button, Group, NativeSelect } from '@mantine/core';
import type { CheckBody } from '@rungate/contract';
import { useState, type ReactNode } from 'react';
import { useCatalogue } from '../../../api/read.js';
import { Failed } from '../../../states/States.js';

interface AddCheckProps {
  readonly names: readonly string[];
  readonly add: (check: CheckBody) => void;
}

/** A check more; chosen first, added by a button: going through the choices by keys adds nothing. */
export function AddCheck({ names, add }: AddCheckProps): ReactNode {
  const catalogue = useCatalogue();
  const [chosen, setChosen] = useState('');
  const plugins = catalogue.data ?? [];
  const plugin = plugins.find(({ name }) => name === chosen);
  if (catalogue.error !== null && catalogue.data === undefined) {
    return (
      <Failed what="The plugins could not be read" error={catalogue.error} retry={() => void catalogue.refetch()} />
    );
  }
  return (
    <Group gap={6}>
      <NativeSelect
        size="xs"
        aria-label="Add a check"
        data={[
          { value: '', label: 'Add a check…' },
          ...plugins.map(({ name, title }) => ({ value: name, label: title })),
        ]}
        value={chosen}
        onChange={({ currentTarget }) => {
          setChosen(currentTarget.value);
        }}
      />
      <Button
        size="xs"
        variant="default"
        disabled={plugin === undefined}
        onClick={() => {
          if (plugin === undefined) return;
          const stages = plugin.stages.includes('post_plan') ? (['post_plan'] as const) : plugin.stages.slice(0, 1);
          add({ name: freeName(plugin.name, names), use: plugin.name, stages, enforcement: 'advisory', config: {} });
          setChosen('');
        }}
      >
        Add
      </Button>
    </Group>
  );
}

function freeName(wanted: string, taken: readonly string[], number = 1): string {
  const name = number === 1 ? wanted : `${wanted}-${number}`;
  return taken.includes(name) ? freeName(wanted, taken, number + 1) : name;
}
