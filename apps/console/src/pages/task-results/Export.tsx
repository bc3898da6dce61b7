import { Button, Group } from '@mantine/core';
import { API_PREFIX, routes } from '@rungate/contract';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { searchAfter } from '../../list/search.js';
import { textsOf, type TaskResultFilter } from './filters.js';

interface ExportProps {
  readonly organization: string | null;
  readonly filter: TaskResultFilter;
}

/** Takes away what the filters ask for: all of it, not only what was read. */
export function Export({ organization, filter }: ExportProps): ReactNode {
  const query = { ...textsOf(filter), ...(organization === null ? {} : { organization }) };
  return (
    <Group gap={6}>
      {(['csv', 'ndjson'] as const).map((format) => (
        <Button
          key={format}
          component="a"
          size="xs"
          variant="default"
          href={`${API_PREFIX}${routes.exportTaskResults.path}${searchAfter(query, { format })}`}
          download={`task-results.${format}`}
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {format === 'csv' ? 'CSV' : 'JSON lines'}
        </Button>
      ))}
    </Group>
  );
}
