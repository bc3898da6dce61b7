import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { openPage } from '../../history.js';
import { ProofFirst } from '../../session/ProofFirst.js';
import { Panel } from '../../states/Panel.js';
import type { ConnectionPlane } from './connection.js';
import { ConnectionForm } from './ConnectionForm.js';
import { TYPE_NAMES } from './ConnectionState.js';
import { emptyDraft, settingsOf, type Draft } from './draft.js';

interface NewConnectionProps {
  readonly plane: ConnectionPlane;
  readonly type: Draft['type'];
}

/** A draft: nobody signs in through it before it was tried and activated. */
export function NewConnection({ plane, type }: NewConnectionProps): ReactNode {
  const isOfOrganization = plane.organization !== null;
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (draft: Draft) => plane.create(settingsOf(draft, isOfOrganization)),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: plane.key });
      openPage(plane.pathOf(id));
    },
  });
  return (
    <Panel title={`New ${TYPE_NAMES[type]} connection`}>
      <ProofFirst>
        <ConnectionForm
          draft={emptyDraft(type, isOfOrganization)}
          organization={plane.organization}
          roles={plane.roles}
          hasClientSecret={false}
          action="Store the draft"
          isPending={create.isPending}
          error={create.error}
          onSubmit={create.mutate}
        />
      </ProofFirst>
    </Panel>
  );
}
