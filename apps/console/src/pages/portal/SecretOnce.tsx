import { Alert, Code, Group } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Copy } from '../../states/Copy.js';

interface SecretOnceProps {
  readonly title: string;
  readonly secret: string;
}

/** A secret that is shown this once. */
export function SecretOnce({ title, secret }: SecretOnceProps): ReactNode {
  return (
    <Alert color="yellow" icon={<IconKey aria-hidden />} title={`${title}: shown this once`} role="status">
      Copy it to where it is needed before you leave this page; nobody can show it again.
      <Group gap={6} mt="xs" wrap="nowrap">
        <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {secret}
        </Code>
        <Copy text={secret} what={title} />
      </Group>
    </Alert>
  );
}
