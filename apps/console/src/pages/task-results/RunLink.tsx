import { Anchor } from '@mantine/core';
import type { TaskResultBody } from '@rungate/contract';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Leads to the run in its Terraform; the server names no other place. */
export function RunLink({ url }: { readonly url: TaskResultBody['runUrl'] }): ReactNode {
  if (url === null) return null;
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer" fz="inherit">
      Open in Terraform <IconExternalLink size={13} aria-hidden />
    </Anchor>
  );
}
