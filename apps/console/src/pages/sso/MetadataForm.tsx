import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import type { Connection, ConnectionPlane, Metadata } from './connection.js';

interface MetadataFormProps {
  readonly plane: Pick<ConnectionPlane, 'key' | 'readMetadata'>;
  readonly connection: Pick<Connection, 'id' | 'metadataUrl'>;
}

/** Takes what a SAML provider published of itself. */
export function MetadataForm({ plane, connection: { id, metadataUrl } }: MetadataFormProps): ReactNode {
  const [url, setUrl] = useState(metadataUrl ?? '');
  const [xml, setXml] = useState('');
  const queries = useQueryClient();
  const take = useMutation({
    mutationFn: (metadata: Metadata) => plane.readMetadata(id, metadata),
    onSuccess: async () => {
      setXml('');
      await queries.invalidateQueries({ queryKey: plane.key });
    },
  });
  return (
    <Panel title="Metadata of the provider">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          take.mutate(xml.trim() === '' ? { url } : { xml });
        }}
      >
        <Stack gap="sm" maw={720}>
          <TextInput
            size="xs"
            label="Address"
            description="Read now; https, and reachable from here."
            value={url}
            onChange={({ currentTarget }) => {
              setUrl(currentTarget.value);
            }}
          />
          <Textarea
            size="xs"
            label="Or the XML itself"
            autosize
            minRows={2}
            maxRows={8}
            classNames={{ input: 'mono' }}
            value={xml}
            onChange={({ currentTarget }) => {
              setXml(currentTarget.value);
            }}
          />
          {take.error === null ? null : <Failed what="The metadata was not taken" error={take.error} />}
          <Group>
            <Button
              size="xs"
              variant="default"
              type="submit"
              disabled={url === '' && xml === ''}
              loading={take.isPending}
            >
              Take the metadata
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
