import { Button, Group, NativeSelect } from '@mantine/core';
import { routes, type MemberBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { usePathParts } from '../../list/use-filters.js';
import { useMay } from '../../session/me.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { Answered } from '../../states/Answered.js';
import { Ask } from '../../states/Ask.js';
import { Panel } from '../../states/Panel.js';
import { Empty, Failed } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';

const MOST = 200;
const ROLES = ['viewer', 'editor', 'admin'] as const;

interface Change {
  readonly member: MemberBody;
  readonly role: MemberBody['role'];
  readonly state: MemberBody['state'];
}

/** The people of an organization: who may do what, and who is kept out. */
export function MembersPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  const queries = useQueryClient();
  const [blocked, setBlocked] = useState<MemberBody | null>(null);
  const members = useQuery({
    queryKey: ['members', slug],
    queryFn: async () =>
      (await client.call(routes.listMembers, { params: { org: slug }, query: { limit: MOST } })).body.items,
  });
  const change = useMutation({
    mutationFn: ({ member: { id }, role, state }: Change) =>
      client.call(routes.changeMember, { params: { org: slug, id }, body: { role, state } }),
    onSuccess: async () => {
      setBlocked(null);
      await queries.invalidateQueries({ queryKey: ['members', slug] });
    },
  });
  return (
    <PortalPage slug={slug} title="Members">
      {change.error === null || blocked !== null ? null : (
        <Failed what="The member was not changed" error={change.error} />
      )}
      <Panel title="People who signed in">
        <Answered what="The members" query={members}>
          {(found) =>
            found.length === 0 ? (
              <Empty title="Nobody has signed in yet">
                People become members when they first sign in through the organization's identity provider.
              </Empty>
            ) : (
              <MemberTable members={found} change={change.mutate} block={setBlocked} />
            )
          }
        </Answered>
      </Panel>
      {blocked === null ? null : (
        <Ask
          title={`Block ${blocked.name}?`}
          action="Block"
          isPending={change.isPending}
          error={change.error}
          onConfirm={() => {
            change.mutate({ member: blocked, role: blocked.role, state: 'blocked' });
          }}
          onClose={() => {
            setBlocked(null);
          }}
        >
          Signed out at once everywhere, and not let in again, whatever the identity provider says.
        </Ask>
      )}
    </PortalPage>
  );
}

interface MemberTableProps {
  readonly members: readonly MemberBody[];
  readonly change: (change: Change) => void;
  readonly block: (member: MemberBody) => void;
}

function MemberTable({ members, change, block }: MemberTableProps): ReactNode {
  const isEditable = useMay()('members.write');
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
        {members.map((member) => (
          <tr key={member.id}>
            <th scope="row">{member.name}</th>
            <td>{member.email ?? '–'}</td>
            <td>
              {isEditable ? (
                <NativeSelect
                  size="xs"
                  w={100}
                  aria-label={`Role of ${member.name}`}
                  data={[...ROLES]}
                  value={member.role}
                  onChange={({ currentTarget }) => {
                    const role = ROLES.find((each) => each === currentTarget.value) ?? member.role;
                    change({ member, role, state: member.state });
                  }}
                />
              ) : (
                member.role
              )}
            </td>
            <td>{GIVEN_BY[member.roleFrom]}</td>
            <td>
              <Moment at={member.signedInAt} />
            </td>
            <td className={member.state === 'blocked' ? 'bad' : 'good'}>{member.state}</td>
            <td className="right">
              {isEditable ? <BlockOrAdmit member={member} change={change} block={block} /> : null}
            </td>
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

interface BlockOrAdmitProps extends Pick<MemberTableProps, 'change' | 'block'> {
  readonly member: MemberBody;
}

function BlockOrAdmit({ member, change, block }: BlockOrAdmitProps): ReactNode {
  const isBlocked = member.state === 'blocked';
  return (
    <Group justify="flex-end">
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          if (isBlocked) change({ member, role: member.role, state: 'active' });
          else block(member);
        }}
      >
        {isBlocked ? 'Let in again' : 'Block'}
      </Button>
    </Group>
  );
}
