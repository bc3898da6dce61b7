import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Ask } from '../../states/Ask.js';
import { Panel } from '../../states/Panel.js';
import { Moment } from '../../time/Moment.js';
import { CertificateTable } from './Certificates.js';
import type { Connection, ConnectionPlane } from './connection.js';
import { draftOf, settingsOf } from './draft.js';

interface OfferedCertificatesProps {
  readonly plane: ConnectionPlane;
  readonly connection: Connection;
}

/** Certificates of the provider's metadata that nothing vouches for: a person compares them and lets them count. */
export function OfferedCertificates({ plane, connection }: OfferedCertificatesProps): ReactNode {
  const { id, name, offered } = connection;
  const [isAsked, setIsAsked] = useState(false);
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: (certificates: readonly string[]) =>
      plane.change(id, { ...settingsOf(draftOf(connection), plane.organization !== null), certificates }),
    onSuccess: async () => {
      setIsAsked(false);
      await queries.invalidateQueries({ queryKey: plane.key });
    },
  });
  if (offered === null) return null;
  const { certificates, seenAt } = offered;
  return (
    <Panel
      title="Certificates that wait"
      beside={
        plane.isEditable ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setIsAsked(true);
            }}
          >
            Confirm them
          </Button>
        ) : null
      }
    >
      <Text fz="sm" mb="xs">
        The metadata of the provider has them since <Moment at={seenAt} />, and no certificate in use signed for it.
        Compare each SHA-256 with what the provider shows its administrators.
      </Text>
      <CertificateTable certificates={certificates} />
      {isAsked ? (
        <Ask
          title={`Let ${name} sign with them?`}
          action="Confirm"
          isPending={confirm.isPending}
          error={confirm.error}
          onConfirm={() => {
            confirm.mutate(certificates.map(({ pem }) => pem));
          }}
          onClose={() => {
            setIsAsked(false);
          }}
        >
          They take the place of the certificates in use. Whoever has the key of one of them can sign in as anybody of
          this connection.
        </Ask>
      ) : null}
    </Panel>
  );
}
