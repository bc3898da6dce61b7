import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useList } from '../../api/use-list.js';
import { ProofFirst } from '../../session/ProofFirst.js';
import { Ask } from '../../states/Ask.js';
import { Paged } from '../../states/Paged.js';
import { Panel } from '../../states/Panel.js';
import { Empty, Failed } from '../../states/States.js';
import { MemberTable } from './MemberTable.js';
import type { People, Person } from './people.js';

/** What is asked before it is done. */
type Asked<Role extends string> =
  { readonly is: 'block' | 'sign-out'; readonly person: Person<Role> } | { readonly is: 'sign-all-out' };

/** People who signed in: who may do what, and who is kept out. */
export function Members<Role extends string>({ people }: { readonly people: People<Role> }): ReactNode {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked<Role> | null>(null);
  const list = useList(people.key, people.read);
  const act = useMutation({
    mutationFn: (action: () => Promise<unknown>) => action(),
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries({ queryKey: people.key });
    },
  });
  const change = (person: Person<Role>, to: Partial<Pick<Person<Role>, 'role' | 'state'>>): void => {
    act.mutate(() => people.change(person.id, { role: person.role, state: person.state, ...to }));
  };
  return (
    <>
      {act.error === null || asked !== null ? null : <Failed what="It was not changed" error={act.error} />}
      <Panel
        title="People who signed in"
        beside={
          people.isEditable && list.items.length > 0 ? (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => {
                setAsked({ is: 'sign-all-out' });
              }}
            >
              Sign everybody out
            </Button>
          ) : null
        }
      >
        {people.isEditable ? <ProofFirst /> : null}
        <Paged what="members" list={list} empty={NOBODY}>
          {(found) => (
            <MemberTable
              people={people}
              found={found}
              change={change}
              ask={(is, person) => {
                setAsked({ is, person });
              }}
            />
          )}
        </Paged>
      </Panel>
      {asked === null ? null : (
        <Ask
          title={titleOf(asked)}
          action={asked.is === 'block' ? 'Block' : 'Sign out'}
          isPending={act.isPending}
          error={act.error}
          onConfirm={() => {
            if (asked.is === 'block') change(asked.person, { state: 'blocked' });
            else act.mutate(() => (asked.is === 'sign-out' ? people.signOut(asked.person.id) : people.signAllOut()));
          }}
          onClose={() => {
            setAsked(null);
          }}
        >
          {EFFECTS[asked.is]}
        </Ask>
      )}
    </>
  );
}

const NOBODY = (
  <Empty title="Nobody has signed in yet">
    People become members when they first sign in through an identity provider.
  </Empty>
);

const EFFECTS: Readonly<Record<Asked<string>['is'], string>> = {
  block: 'Signed out at once everywhere, and not let in again, whatever the identity provider says.',
  'sign-out': 'All sessions end at once. Whoever the identity provider still knows can sign in again.',
  'sign-all-out': 'All sessions of everybody end at once, yours as well. Everybody can sign in again.',
};

function titleOf(asked: Asked<string>): string {
  if (asked.is === 'sign-all-out') return 'Sign everybody out?';
  return asked.is === 'block' ? `Block ${asked.person.name}?` : `Sign ${asked.person.name} out everywhere?`;
}
