import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { routes } from '@rungate/contract';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { ProofFirst } from '../../session/ProofFirst.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { SecretOnce } from '../portal/SecretOnce.js';

interface SetupLinkProps {
  readonly organization: string;
  readonly connectionId: string;
}

const TIMES = [
  { value: '15', label: '15 minutes' },
  { value: '60', label: 'an hour' },
  { value: '1440', label: 'a day' },
  { value: '10080', label: 'a week' },
];

/** A link by which the customer's own IT sets this draft up, and sees nothing else. */
export function SetupLink({ organization, connectionId }: SetupLinkProps): ReactNode {
  const may = useMay();
  const [minutes, setMinutes] = useState('60');
  const make = useMutation({
    mutationFn: async () => {
      const body = { intent: 'sso', connectionId, ttlMinutes: Number(minutes) } as const;
      return (await client.call(routes.createPortalLink, { params: { org: organization }, body })).body;
    },
  });
  if (!may('portal-links.write')) return null;
  return (
    <>
      {make.data === undefined ? null : (
        <>
          <SecretOnce title="Set-up link" secret={make.data.link} />
          <Text fz="sm">
            It may be opened once, until <Moment at={make.data.expiresAt} />.
          </Text>
        </>
      )}
      {make.error === null ? null : <Failed what="The link was not made" error={make.error} />}
      <Panel title="Let somebody else set it up">
        <ProofFirst>
          <Group gap="sm">
            <NativeSelect
              size="xs"
              aria-label="How long it may be opened"
              data={TIMES}
              value={minutes}
              onChange={({ currentTarget }) => {
                setMinutes(currentTarget.value);
              }}
            />
            <Button
              size="xs"
              variant="default"
              loading={make.isPending}
              onClick={() => {
                make.mutate();
              }}
            >
              Make a set-up link
            </Button>
            <Text fz="xs" c="dimmed">
              Whoever opens it sets up this draft and tries it; activating stays with you.
            </Text>
          </Group>
        </ProofFirst>
      </Panel>
    </>
  );
}
