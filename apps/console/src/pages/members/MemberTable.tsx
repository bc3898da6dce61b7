import { Button, Group } from '@mantine/core';
import type { MemberBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';
import type { People, Person } from './people.js';
import { RoleChoice } from './RoleChoice.js';

interface MemberTableProps<Role extends string> {
  readonly people: People<Role>;
  readonly found: readonly Person<Role>[];
  readonly change: (person: Person<Role>, to: Partial<Pick<Person<Role>, 'role' | 'state'>>) => void;
  readonly ask: (is: 'block' | 'sign-out', person: Person<Role>) => void;
}

/** Each person with the role, and the ways to change it. */
export function MemberTable<Role extends string>(props: MemberTableProps<Role>): ReactNode {
  const { people, found, change } = props;
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">E-mail, as the provider says</th>
          <th scope="col">Role</th>
          <th scope="col">Given by</th>
          <th scope="col">Last signed in</th>
          <th scope="col">State</th>
          <th scope="col" aria-label="Actions" />
        </tr>
      </thead>
      <tbody>
        {found.map((person) => (
          <tr key={person.id}>
            <th scope="row">{person.name}</th>
            <td>{person.email ?? '–'}</td>
            <td>
              {people.isEditable ? (
                <RoleChoice
                  name={person.name}
                  roles={people.roles}
                  role={person.role}
                  give={(role) => {
                    change(person, { role });
                  }}
                />
              ) : (
                person.role
              )}
            </td>
            <td>{GIVEN_BY[person.roleFrom]}</td>
            <td>
              <Moment at={person.signedInAt} />
            </td>
            <td className={person.state === 'blocked' ? 'bad' : 'good'}>{person.state}</td>
            <td className="right">{people.isEditable ? <Actions {...props} person={person} /> : null}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const GIVEN_BY: Readonly<Record<MemberBody['roleFrom'], string>> = {
  rule: 'a rule of the connection',
  default: 'the default of the connection',
  person: 'an administrator',
};

interface ActionsProps<Role extends string> extends Pick<MemberTableProps<Role>, 'change' | 'ask'> {
  readonly person: Person<Role>;
}

function Actions<Role extends string>({ person, change, ask }: ActionsProps<Role>): ReactNode {
  const isBlocked = person.state === 'blocked';
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {isBlocked ? null : (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            ask('sign-out', person);
          }}
        >
          Sign out
        </Button>
      )}
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          if (isBlocked) change(person, { state: 'active' });
          else ask('block', person);
        }}
      >
        {isBlocked ? 'Let in again' : 'Block'}
      </Button>
    </Group>
  );
}
