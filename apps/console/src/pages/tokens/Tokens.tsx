import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useList } from '../../api/use-list.js';
import { Ask } from '../../states/Ask.js';
import { Paged } from '../../states/Paged.js';
import { Panel } from '../../states/Panel.js';
import { Empty } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';
import type { Issuer, ShownToken } from './issuer.js';
import { NewToken } from './NewToken.js';

/** API tokens: those that are valid, and a new one. */
export function Tokens<Role extends string>({ issuer }: { readonly issuer: Issuer<Role> }): ReactNode {
  const [revoked, setRevoked] = useState<ShownToken<Role> | null>(null);
  const list = useList(issuer.key, issuer.read);
  return (
    <>
      {issuer.isEditable ? <NewToken issuer={issuer} /> : null}
      <Panel title="Valid tokens">
        <Paged
          what="tokens"
          list={list}
          empty={<Empty title="No token yet">A token lets a program do what its role may.</Empty>}
        >
          {(tokens) => <TokenTable tokens={tokens} issuer={issuer} revoke={setRevoked} />}
        </Paged>
      </Panel>
      {revoked === null ? null : (
        <Revocation
          issuer={issuer}
          token={revoked}
          onClose={() => {
            setRevoked(null);
          }}
        />
      )}
    </>
  );
}

interface TokenTableProps<Role extends string> {
  readonly tokens: readonly ShownToken<Role>[];
  readonly issuer: Issuer<Role>;
  readonly revoke: (token: ShownToken<Role>) => void;
}

function TokenTable<Role extends string>({ tokens, issuer, revoke }: TokenTableProps<Role>): ReactNode {
  return (
    <Table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Ends in</th>
          <th scope="col">Role</th>
          {issuer.hasPartners ? <th scope="col">Partner</th> : null}
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
            {issuer.hasPartners ? <td>{token.managedBy ?? '–'}</td> : null}
            <td>{token.createdBy}</td>
            <td>
              {token.lastUsedAt === null ? 'never' : <Moment at={token.lastUsedAt} />} {token.lastUsedFrom}
            </td>
            <td>
              <Moment at={token.expiresAt} />
            </td>
            <td className="right">
              {issuer.isEditable ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => {
                    revoke(token);
                  }}
                >
                  Revoke
                </Button>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

interface RevocationProps<Role extends string> {
  readonly issuer: Issuer<Role>;
  readonly token: ShownToken<Role>;
  readonly onClose: () => void;
}

function Revocation<Role extends string>({ issuer, token, onClose }: RevocationProps<Role>): ReactNode {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => issuer.revoke(token.id),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: issuer.key });
    },
  });
  return (
    <Ask
      title={`Revoke ${token.name}?`}
      action="Revoke"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={revoke.mutate}
      onClose={onClose}
    >
      Programs that use it are refused at once.
    </Ask>
  );
}
