import { Button, Chip, Collapse, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { CheckBody } from '@rungate/contract';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useCatalogue } from '../../../api/read.js';
import { SchemaForm } from '../../../schema-form/SchemaForm.js';
import { STAGE_NAMES, STAGES } from '../../task-results/names.js';

interface CheckFormProps {
  readonly check: CheckBody;
  readonly isEditable: boolean;
  /** Null: without it. */
  readonly change: (check: CheckBody | null) => void;
  /** Says of a field of the configuration whether its text is a value. */
  readonly note: (field: string, isReadable: boolean) => void;
}

const ENFORCEMENTS = ['mandatory', 'advisory', 'shadow'] as const;
const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

/** One check: its line, and unfolded all that can be set. */
export function CheckForm({ check, isEditable, change, note }: CheckFormProps): ReactNode {
  const [isOpen, { toggle }] = useDisclosure(false);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div className="panel">
      <Group justify="space-between" gap="sm">
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          leftSection={<Chevron size={14} aria-hidden />}
          aria-expanded={isOpen}
          onClick={toggle}
        >
          {check.name}
        </Button>
        <Text fz="sm" c="dimmed">
          {check.use} · {check.enforcement} · {check.stages.map((stage) => STAGE_NAMES[stage]).join(', ')}
          {check.locked === true ? ' · placed by the platform' : ''}
        </Text>
      </Group>
      <Collapse expanded={isOpen}>
        <fieldset disabled={!isEditable} style={{ border: 0, padding: '8px 0 0', margin: 0 }}>
          <Settings check={check} change={change} note={note} />
        </fieldset>
      </Collapse>
    </div>
  );
}

function Settings({ check, change, note }: Omit<CheckFormProps, 'isEditable'>): ReactNode {
  const plugin = useCatalogue().data?.find(({ name }) => name === check.use);
  const set = (changes: Partial<CheckBody>): void => {
    change({ ...check, ...changes });
  };
  return (
    <Stack gap="sm">
      <Text fz="sm">{plugin?.summary ?? 'This installation does not know the plugin.'}</Text>
      <Group gap="md" align="flex-end">
        <NativeSelect
          size="xs"
          label="Enforcement"
          data={[...ENFORCEMENTS]}
          value={check.enforcement}
          onChange={({ currentTarget }) => {
            set({ enforcement: ENFORCEMENTS.find((each) => each === currentTarget.value) ?? check.enforcement });
          }}
        />
        <NativeSelect
          size="xs"
          label="Fails from"
          data={[...SEVERITIES]}
          value={check.failOn ?? 'high'}
          onChange={({ currentTarget }) => {
            set({ failOn: SEVERITIES.find((each) => each === currentTarget.value) });
          }}
        />
        <NumberInput
          size="xs"
          w={120}
          label="Time limit, seconds"
          min={1}
          max={3_000}
          value={check.timeoutSeconds ?? 60}
          onChange={(entered) => {
            if (typeof entered === 'number') set({ timeoutSeconds: entered });
          }}
        />
        <Chip.Group
          multiple
          value={[...check.stages]}
          onChange={(chosen) => {
            set({ stages: STAGES.filter((stage) => chosen.includes(stage)) });
          }}
        >
          <Group gap={4} role="group" aria-label="Stages">
            {STAGES.filter((stage) => plugin?.stages.includes(stage) ?? true).map((stage) => (
              <Chip key={stage} size="xs" value={stage}>
                {STAGE_NAMES[stage]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Group>
      {plugin === undefined ? null : (
        <SchemaForm
          schema={plugin.configSchema}
          config={check.config ?? {}}
          change={(config) => {
            set({ config });
          }}
          note={note}
        />
      )}
      <Group justify="flex-end">
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            change(null);
          }}
        >
          Remove this check
        </Button>
      </Group>
    </Stack>
  );
}
