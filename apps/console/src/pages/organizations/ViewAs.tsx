import { Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { routes, type OrganizationBody } from '@rungate/contract';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { useMay, useMe } from '../../session/me.js';
import { FormModal } from '../../states/FormModal.js';
import { ReasonField } from '../../states/ReasonField.js';
import { HinderedButton } from '../../states/HinderedButton.js';

/** Lets somebody of the platform see the organization's pages as its viewers do. */
export function ViewAs({ organization }: { readonly organization: OrganizationBody }): ReactNode {
  const { slug, viewsAllowed } = organization;
  const may = useMay();
  const { session } = useMe();
  const [isAsked, { open, close }] = useDisclosure(false);
  if (session === null || !may('organizations.view')) return null;
  return (
    <>
      <HinderedButton hindrance={viewsAllowed ? null : 'The organization does not want to be viewed.'} onClick={open}>
        View as organization
      </HinderedButton>
      {isAsked ? <Why slug={slug} onClose={close} /> : null}
    </>
  );
}

function Why({ slug, onClose }: { readonly slug: string; readonly onClose: () => void }): ReactNode {
  const [reason, setReason] = useState('');
  const begin = useMutation({
    mutationFn: () => client.call(routes.beginView, { params: { org: slug }, body: { reason } }),
    // Nothing that was read as somebody else is kept.
    onSuccess: () => {
      window.location.assign(paths.portal(slug, 'results'));
    },
  });
  return (
    <FormModal
      title={`View as ${slug}`}
      action="View"
      failed="It was not begun"
      isPending={begin.isPending}
      error={begin.error}
      onSubmit={begin.mutate}
      onClose={onClose}
    >
      <Text fz="sm">
        For 30 minutes you see what its viewers see, in all your tabs, and can change nothing. The organization is told
        at once who looks, and why.
      </Text>
      <ReasonField description="The organization reads it." value={reason} onChange={setReason} />
    </FormModal>
  );
}
