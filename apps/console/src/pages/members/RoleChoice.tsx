import { Button, Group, NativeSelect } from '@mantine/core';
import { useState, type ReactNode } from 'react';

interface RoleChoiceProps<Role extends string> {
  /** Of whom. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly role: Role;
  readonly give: (role: Role) => void;
}

/** Another role: chosen first, given by a button, since going through the choices by keys must give nobody anything. */
export function RoleChoice<Role extends string>({ name, roles, role, give }: RoleChoiceProps<Role>): ReactNode {
  const [chosen, setChosen] = useState({ from: role, role });
  // Changed elsewhere, or as it was asked for.
  if (chosen.from !== role) setChosen({ from: role, role });
  return (
    <Group gap={6} wrap="nowrap">
      <NativeSelect
        size="xs"
        w={110}
        aria-label={`Role of ${name}`}
        data={[...roles]}
        value={chosen.role}
        onChange={({ currentTarget }) => {
          setChosen({ from: role, role: roles.find((each) => each === currentTarget.value) ?? role });
        }}
      />
      {chosen.role === role ? null : (
        <>
          <Button
            size="compact-xs"
            aria-label={`Give ${name} the role ${chosen.role}`}
            onClick={() => {
              give(chosen.role);
            }}
          >
            Give
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Leave ${name} the role ${role}`}
            onClick={() => {
              setChosen({ from: role, role });
            }}
          >
            Leave
          </Button>
        </>
      )}
    </Group>
  );
}
