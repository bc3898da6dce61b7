import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { routes, type HmacKeyBody, type RunTaskBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { usePathParts } from '../../list/use-filters.js';
import { useMay } from '../../session/me.js';
import { ProofFirst } from '../../session/ProofFirst.js';
import { PortalPage } from '../../shell/PortalPage.js';
import { Ask } from '../../states/Ask.js';
import { Copyable } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { RunTaskChoice } from './RunTaskChoice.js';
import { SecretOnce } from './SecretOnce.js';
import { Table } from '../../states/Table.js';

/** Where Terraform calls, and the keys that it signs with. */
export function KeysPage(): ReactNode {
  const { slug } = usePathParts(z.object({ slug: z.string() }));
  return (
    <PortalPage slug={slug} title="URL and keys">
      <RunTaskChoice slug={slug}>{(runTask) => <Keys key={runTask.name} runTask={runTask} />}</RunTaskChoice>
    </PortalPage>
  );
}

function Keys({ runTask }: { readonly runTask: RunTaskBody }): ReactNode {
  const { hookUrl, hmacKeys } = runTask;
  const may = useMay();
  const [revoked, setRevoked] = useState<HmacKeyBody | null>(null);
  return (
    <>
      <Panel title="Hook URL">
        <Copyable text={hookUrl} what="the hook URL" />
        <Text fz="xs" c="dimmed">
          An address, not a secret: every request must be signed. It never changes.
        </Text>
      </Panel>
      <Rotation runTask={runTask} />
      <Panel title="Keys">
        <Table>
          <thead>
            <tr>
              <th scope="col">Fingerprint</th>
              <th scope="col">State</th>
              <th scope="col">Last used</th>
              <th scope="col">Made</th>
              <th scope="col">Ends</th>
              <th scope="col" aria-label="Actions" />
            </tr>
          </thead>
          <tbody>
            {hmacKeys.map((key) => (
              <tr key={key.id}>
                <td className="mono">{key.fingerprint}</td>
                <td>{key.state}</td>
                <td>{key.lastUsedAt === null ? 'never' : <Moment at={key.lastUsedAt} />}</td>
                <td>
                  <Moment at={key.createdAt} />
                </td>
                <td>
                  <Moment at={key.revokedAt ?? key.retiresAt} />
                  {key.extendedAt === null ? null : ' (prolonged: nothing used the newer key)'}
                </td>
                <td className="right">
                  {key.state !== 'revoked' && may('hmac-keys.write') ? (
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => {
                        setRevoked(key);
                      }}
                    >
                      Revoke now
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Panel>
      {revoked === null ? null : (
        <Revocation
          runTask={runTask}
          hmacKey={revoked}
          onClose={() => {
            setRevoked(null);
          }}
        />
      )}
    </>
  );
}

const OVERLAPS = [
  { value: '72', label: 'the old key works for 3 more days' },
  { value: '24', label: 'the old key works for 1 more day' },
  { value: '168', label: 'the old key works for 7 more days' },
];

function Rotation({ runTask: { organization, name } }: { readonly runTask: RunTaskBody }): ReactNode {
  const may = useMay();
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState('72');
  const rotate = useMutation({
    mutationFn: async () => {
      const body = { overlapHours: Number(overlap) };
      return (await client.call(routes.createHmacKey, { params: { org: organization, name }, body })).body;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['run-tasks', organization] }),
  });
  if (!may('hmac-keys.write')) return null;
  return (
    <>
      {rotate.data?.hmacKey === undefined ? null : (
        <SecretOnce title={`New HMAC key of ${name}`} secret={rotate.data.hmacKey} />
      )}
      {rotate.error === null ? null : <Failed what="The key was not rotated" error={rotate.error} />}
      <Panel title="Rotate">
        <ProofFirst>
          <Group gap="sm">
            <NativeSelect
              size="xs"
              aria-label="Overlap"
              data={OVERLAPS}
              value={overlap}
              onChange={({ currentTarget }) => {
                setOverlap(currentTarget.value);
              }}
            />
            <Button
              size="xs"
              loading={rotate.isPending}
              onClick={() => {
                rotate.mutate();
              }}
            >
              Make a new key
            </Button>
            <Text fz="xs" c="dimmed">
              Both keys count during the overlap; the old one ends only after a request came with the new one.
            </Text>
          </Group>
        </ProofFirst>
      </Panel>
    </>
  );
}

interface RevocationProps {
  readonly runTask: RunTaskBody;
  readonly hmacKey: HmacKeyBody;
  readonly onClose: () => void;
}

function Revocation({ runTask: { organization, name }, hmacKey, onClose }: RevocationProps): ReactNode {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => client.call(routes.revokeHmacKey, { params: { org: organization, name, id: hmacKey.id } }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['run-tasks', organization] });
    },
  });
  return (
    <Ask
      title={`Revoke key ${hmacKey.fingerprint}?`}
      typed={hmacKey.fingerprint}
      action="Revoke now"
      needsProof
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => {
        revoke.mutate();
      }}
      onClose={onClose}
    >
      From now on every request that Terraform signs with it is refused, and mandatory run tasks stop their runs until
      Terraform has another key.
    </Ask>
  );
}
