import { Button, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { routes, type TokenBody } from '@rungate/contract';
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
import { Moment } from '../../time/Moment.js';
import { SecretOnce } from './SecretOnce.js';
import { Table } from '../../states/Table.js';

const MOST = 200;
const ROLES = ['viewer', 'editor', 'admin'] as const;

/** API tokens of an organization. */
export function TokensPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  const may = useMay();
  const [revoked, setRevoked] = useState<TokenBody | null>(null);
  const tokens = useQuery({
    queryKey: ['tokens', slug],
    queryFn: async () =>
      (await client.call(routes.listTokens, { params: { org: slug }, query: { limit: MOST } })).body.items,
  });
  return (
    <PortalPage slug={slug} title="API tokens">
      {may('tokens.write') ? <NewToken slug={slug} /> : null}
      <Panel title="Valid tokens">
        <Answered what="The tokens" query={tokens}>
          {(found) =>
            found.length === 0 ? (
              <Empty title="No token yet">A token lets a program do what its role may.</Empty>
            ) : (
              <TokenTable tokens={found} revoke={may('tokens.write') ? setRevoked : null} />
            )
          }
        </Answered>
      </Panel>
      {revoked === null ? null : (
        <Revocation
          slug={slug}
          token={revoked}
          onClose={() => {
            setRevoked(null);
          }}
        />
      )}
    </PortalPage>
  );
}

interface TokenTableProps {
  readonly tokens: readonly TokenBody[];
  readonly revoke: ((token: TokenBody) => void) | null;
}

function TokenTable({ tokens, revoke }: TokenTableProps): ReactNode {
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Ends in</th>
          <th scope="col">Role</th>
          <th scope="col">Made by</th>
          <th scope="col">Last used</th>
          <th scope="col">Expires</th>
          <th scope="col" aria-label="Actions" />
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <th scope="row">{token.name}</th>
            <td className="mono">{token.lastFour}</td>
            <td>{token.role}</td>
            <td>{token.createdBy}</td>
            <td>
              {token.lastUsedAt === null ? 'never' : <Moment at={token.lastUsedAt} />} {token.lastUsedFrom}
            </td>
            <td>
              <Moment at={token.expiresAt} />
            </td>
            <td className="right">
              {revoke === null ? null : (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => {
                    revoke(token);
                  }}
                >
                  Revoke
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function NewToken({ slug }: { readonly slug: string }): ReactNode {
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('viewer');
  const [expiresInDays, setDays] = useState(90);
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: async () =>
      (await client.call(routes.createToken, { params: { org: slug }, body: { name, role, expiresInDays } })).body,
    onSuccess: async () => {
      setName('');
      await queries.invalidateQueries({ queryKey: ['tokens', slug] });
    },
  });
  return (
    <>
      {create.data === undefined ? null : <SecretOnce title={`Token ${create.data.name}`} secret={create.data.token} />}
      {create.error === null ? null : <Failed what="The token was not made" error={create.error} />}
      <Panel title="New token">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <Group gap="sm" align="flex-end">
            <TextInput
              size="xs"
              label="Name"
              required
              value={name}
              onChange={({ currentTarget }) => {
                setName(currentTarget.value);
              }}
            />
            <NativeSelect
              size="xs"
              label="Role"
              data={[...ROLES]}
              value={role}
              onChange={({ currentTarget }) => {
                setRole(ROLES.find((each) => each === currentTarget.value) ?? role);
              }}
            />
            <NumberInput
              size="xs"
              w={120}
              label="Valid for days"
              min={1}
              max={365}
              value={expiresInDays}
              onChange={(entered) => {
                if (typeof entered === 'number') setDays(entered);
              }}
            />
            <Button size="xs" type="submit" loading={create.isPending}>
              Make a token
            </Button>
          </Group>
        </form>
      </Panel>
    </>
  );
}

interface RevocationProps {
  readonly slug: string;
  readonly token: TokenBody;
  readonly onClose: () => void;
}

function Revocation({ slug, token, onClose }: RevocationProps): ReactNode {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => client.call(routes.revokeToken, { params: { org: slug, id: token.id } }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['tokens', slug] });
    },
  });
  return (
    <Ask
      title={`Revoke ${token.name}?`}
      action="Revoke"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => {
        revoke.mutate();
      }}
      onClose={onClose}
    >
      Programs that use it are refused at once.
    </Ask>
  );
}
