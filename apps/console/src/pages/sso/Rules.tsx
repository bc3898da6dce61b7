import { Button, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Rule } from './connection.js';

interface RulesProps {
  readonly legend: string;
  readonly description: string;
  readonly rules: readonly Rule[];
  /** Roles that a rule may give; null: it gives none. */
  readonly roles: readonly string[] | null;
  readonly change: (rules: readonly Rule[]) => void;
}

/** Claims with their values, in their order. */
export function Rules({ legend, description, rules, roles, change }: RulesProps): ReactNode {
  const put = (index: number, changes: Partial<Rule> | null): void => {
    change(rules.flatMap((rule, at) => (at !== index ? rule : changes === null ? [] : { ...rule, ...changes })));
  };
  return (
    <Fieldset legend={legend} variant="unstyled">
      <Stack gap={6}>
        <Text fz="xs" c="dimmed">
          {description}
        </Text>
        {rules.map((rule, index) => (
          <Group key={index} gap={6}>
            <TextInput
              size="xs"
              aria-label={`Claim ${index + 1} of ${legend}`}
              placeholder="groups"
              value={rule.claim}
              onChange={({ currentTarget }) => {
                put(index, { claim: currentTarget.value });
              }}
            />
            <TextInput
              size="xs"
              w={280}
              aria-label={`Value ${index + 1} of ${legend}`}
              placeholder="is, or has among its values"
              value={rule.value}
              onChange={({ currentTarget }) => {
                put(index, { value: currentTarget.value });
              }}
            />
            {roles === null ? null : (
              <NativeSelect
                size="xs"
                aria-label={`Role ${index + 1} of ${legend}`}
                data={[...roles]}
                value={rule.role}
                onChange={({ currentTarget }) => {
                  put(index, { role: currentTarget.value });
                }}
              />
            )}
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Remove ${index + 1} of ${legend}`}
              onClick={() => {
                put(index, null);
              }}
            >
              Remove
            </Button>
          </Group>
        ))}
        <Group>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              change([...rules, { claim: 'groups', value: '', role: roles?.[0] ?? '' }]);
            }}
          >
            Add one
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
