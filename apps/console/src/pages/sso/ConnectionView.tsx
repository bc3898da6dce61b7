import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProofFirst, ProofOfAll } from '../../session/ProofFirst.js';
import { Answered } from '../../states/Answered.js';
import { Panel } from '../../states/Panel.js';
import { Certificates } from './Certificates.js';
import type { Connection, ConnectionPlane } from './connection.js';
import { ConnectionActions } from './ConnectionActions.js';
import { ConnectionForm } from './ConnectionForm.js';
import { ConnectionState, TYPE_NAMES } from './ConnectionState.js';
import { Domains } from './Domains.js';
import { draftOf, settingsOf, type Draft } from './draft.js';
import { MetadataForm } from './MetadataForm.js';
import { NewConnection } from './NewConnection.js';
import { OfferedCertificates } from './OfferedCertificates.js';
import { ProviderFacts } from './ProviderFacts.js';
import { SetupLink } from './SetupLink.js';
import { TestReport } from './TestReport.js';

interface ConnectionViewProps {
  readonly plane: ConnectionPlane;
  /** `new-oidc` and `new-saml`: one that is not stored yet. */
  readonly id: string;
}

/** One connection: what its provider is told, how it stands, what a test said. */
export function ConnectionView({ plane, id }: ConnectionViewProps): ReactNode {
  if (id === 'new-oidc' || id === 'new-saml') {
    return <NewConnection plane={plane} type={id === 'new-oidc' ? 'oidc' : 'saml'} />;
  }
  return <Stored plane={plane} id={id} />;
}

function Stored({ plane, id }: ConnectionViewProps): ReactNode {
  const connection = useQuery({ queryKey: [...plane.key, 'one', id], queryFn: () => plane.get(id) });
  return (
    <Answered what="The connection" query={connection}>
      {(found) => (
        <>
          {found.fromEnvironment ? <SetByEnvironment /> : null}
          <Panel
            title={`${found.name}, ${TYPE_NAMES[found.type]}`}
            beside={plane.isEditable ? <ConnectionActions plane={plane} connection={found} /> : null}
          >
            <ConnectionState status={found.status} />
            <Warnings connection={found} />
            <Next connection={found} />
          </Panel>
          <ProviderFacts connection={found} />
          {found.type === 'saml' ? <Certificates connection={found} /> : null}
          <OfferedCertificates plane={plane} connection={found} />
          {plane.isEditable ? (
            <ProofOfAll>
              <Parts plane={plane} connection={found} />
            </ProofOfAll>
          ) : (
            <Parts plane={plane} connection={found} />
          )}
        </>
      )}
    </Answered>
  );
}

interface PartsProps {
  readonly plane: ConnectionPlane;
  readonly connection: Connection;
}

/** What can be told or changed, and what a test said. */
function Parts({ plane, connection }: PartsProps): ReactNode {
  const { organization, isEditable } = plane;
  const { id, type, status, test, isTested, fromEnvironment } = connection;
  return (
    <>
      {type === 'saml' && isEditable ? (
        <ProofFirst>
          <MetadataForm plane={plane} connection={connection} />
        </ProofFirst>
      ) : null}
      {test === null ? null : <TestReport test={test} isOfThese={isTested} />}
      {organization !== null && status === 'draft' ? <SetupLink organization={organization} connectionId={id} /> : null}
      {organization === null ? null : <Domains organization={organization} />}
      {isEditable && !fromEnvironment ? <Change plane={plane} connection={connection} /> : null}
    </>
  );
}

function SetByEnvironment(): ReactNode {
  return (
    <Alert color="blue" icon={<IconLock aria-hidden />} title="Set by environment" mb="sm">
      <Text fz="sm">
        It is what RUNGATE_SSO_OIDC_… say where the platform is started. Change them there and start it again.
      </Text>
    </Alert>
  );
}

function Warnings({ connection: { warnings } }: { readonly connection: Connection }): ReactNode {
  if (warnings.length === 0) return null;
  return (
    <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title="To be looked after" mt="sm">
      {warnings.map(({ says }) => (
        <Text key={says} fz="sm">
          {says}
        </Text>
      ))}
    </Alert>
  );
}

/** The one thing to do next. */
function Next({ connection: { status, isTested } }: { readonly connection: Connection }): ReactNode {
  const next =
    status === 'active'
      ? 'People sign in through it.'
      : isTested
        ? 'It passed a test as it is: activate it.'
        : 'Next: tell the provider what stands below, then test it. A test signs nobody in.';
  return (
    <Text fz="sm" mt="xs">
      {next}
    </Text>
  );
}

function Change({ plane, connection }: PartsProps): ReactNode {
  const queries = useQueryClient();
  const isOfOrganization = plane.organization !== null;
  const change = useMutation({
    mutationFn: (draft: Draft) => plane.change(connection.id, settingsOf(draft, isOfOrganization)),
    onSuccess: () => queries.invalidateQueries({ queryKey: plane.key }),
  });
  return (
    <Panel title="Settings">
      {change.isSuccess ? (
        <Alert color="green" role="status" mb="sm">
          Stored.
        </Alert>
      ) : null}
      <ProofFirst>
        <ConnectionForm
          // What metadata brought, and what was stored, begins anew.
          key={JSON.stringify([connection.issuer, connection.signInUrl, connection.certificates])}
          draft={draftOf(connection)}
          organization={plane.organization}
          roles={plane.roles}
          hasClientSecret={connection.hasClientSecret}
          action="Store"
          isPending={change.isPending}
          error={change.error}
          onSubmit={change.mutate}
        />
      </ProofFirst>
    </Panel>
  );
}
