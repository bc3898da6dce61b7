import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { ssoSettings, type SsoSetupBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { changeSetup, endSetup, openSetup, readSetup, readSetupMetadata, testSetup } from '../../api/sso-setup.js';
import { Mark } from '../../shell/Mark.js';
import { Answered } from '../../states/Answered.js';
import { Panel } from '../../states/Panel.js';
import { Empty, Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { ORGANIZATION_ROLES } from '../members/people.js';
import { Certificates } from './Certificates.js';
import { ConnectionForm } from './ConnectionForm.js';
import { draftOf, settingsOf, type Draft } from './draft.js';
import { MetadataForm } from './MetadataForm.js';
import { read } from './planes.js';
import { ProviderFacts } from './ProviderFacts.js';
import { TestReport } from './TestReport.js';

const KEY = ['sso-setup'];

/** Where a customer's own IT sets up one connection by a link, without being a member of anything. */
export function SetupByLinkPage(): ReactNode {
  useDocumentTitle('Set up the sign-in · Rungate');
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  return (
    <Stack component="main" maw={900} mx="auto" my="md" px="md" gap="md">
      <Mark />
      <Title order={1}>Set up the sign-in</Title>
      {token === '' ? (
        <Opened />
      ) : (
        <Open
          token={token}
          onOpened={() => {
            // The link is used up: it stays neither in the address nor in what going back leads to.
            window.history.replaceState(null, '', window.location.pathname);
            setToken('');
          }}
        />
      )}
    </Stack>
  );
}

interface OpenProps {
  readonly token: string;
  readonly onOpened: () => void;
}

/** By a click, so that whoever looks a link over does not use it up. */
function Open({ token, onOpened }: OpenProps): ReactNode {
  const open = useMutation({ mutationFn: () => openSetup(token), onSuccess: onOpened });
  return (
    <div className="panel">
      <Stack gap="sm">
        <Text>This link works once. Open it in the browser in which you want to set the sign-in up.</Text>
        {open.error === null ? null : <Failed what="The link was not opened" error={open.error} />}
        <Group>
          <Button
            loading={open.isPending}
            onClick={() => {
              open.mutate();
            }}
          >
            Open
          </Button>
        </Group>
      </Stack>
    </div>
  );
}

function Opened(): ReactNode {
  const setup = useQuery({ queryKey: KEY, queryFn: readSetup });
  return (
    <Answered what="The set-up" query={setup}>
      {(found) =>
        found === null ? (
          <Empty title="No set-up link is open here">
            It was finished, or its time is over. Ask whoever sent it for another one.
          </Empty>
        ) : (
          <Whole setup={found} />
        )
      }
    </Answered>
  );
}

function Whole({ setup }: { readonly setup: SsoSetupBody }): ReactNode {
  const { organization, madeBy, endsAt, connection } = setup;
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (draft: Draft) => changeSetup(read(ssoSettings, settingsOf(draft, true))),
    onSuccess: (stored) => queries.setQueryData(KEY, stored),
  });
  return (
    <>
      <Panel title={`For ${organization}`} beside={<SetupActions />}>
        <Text fz="sm">
          {madeBy} asks you to connect your identity provider. This page is open until <Moment at={endsAt} />. A test
          signs nobody in; activating the connection stays with {organization}.
        </Text>
      </Panel>
      <ProviderFacts connection={connection} />
      {connection.type === 'saml' ? (
        <>
          <Certificates connection={connection} />
          <MetadataForm
            connection={connection}
            plane={{ key: KEY, readMetadata: async (_, metadata) => (await readSetupMetadata(metadata)).connection }}
          />
        </>
      ) : null}
      {connection.test === null ? null : <TestReport test={connection.test} isOfThese={connection.isTested} />}
      <Panel title="Settings">
        <ConnectionForm
          key={JSON.stringify([connection.issuer, connection.signInUrl, connection.certificates])}
          draft={draftOf(connection)}
          organization={organization}
          roles={ORGANIZATION_ROLES}
          hasClientSecret={connection.hasClientSecret}
          action="Store"
          isPending={change.isPending}
          error={change.error}
          onSubmit={change.mutate}
        />
      </Panel>
    </>
  );
}

function SetupActions(): ReactNode {
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: testSetup,
    onSuccess: (location) => {
      window.location.assign(location);
    },
  });
  const end = useMutation({ mutationFn: endSetup, onSuccess: () => queries.invalidateQueries({ queryKey: KEY }) });
  const error = test.error ?? end.error;
  return (
    <Group gap="sm">
      {error === null ? null : <Failed what="It was not done" error={error} />}
      <Button
        size="xs"
        variant="default"
        loading={test.isPending}
        onClick={() => {
          test.mutate();
        }}
      >
        Test it
      </Button>
      <Button
        size="xs"
        loading={end.isPending}
        onClick={() => {
          end.mutate();
        }}
      >
        I am done
      </Button>
    </Group>
  );
}
