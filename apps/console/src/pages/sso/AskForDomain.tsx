import { Text, TextInput } from '@mantine/core';
import { routes, type DomainBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { Ask } from '../../states/Ask.js';

/** What is about to be done with a domain. */
export interface DomainQuestion {
  readonly what: 'assert' | 'remove';
  readonly domain: DomainBody;
}

interface AskForDomainProps {
  readonly org: string;
  readonly question: DomainQuestion;
  readonly onClose: () => void;
}

/** Asks before a domain is vouched for, or given up. */
export function AskForDomain({ org, question: { what, domain }, onClose }: AskForDomainProps): ReactNode {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async () => {
      const params = { org, id: domain.id };
      if (what === 'assert') await client.call(routes.assertDomain, { params, body: { reason } });
      else await client.call(routes.removeDomain, { params });
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['domains', org] });
    },
  });
  const isAssertion = what === 'assert';
  return (
    <Ask
      title={isAssertion ? `Vouch for ${domain.domain}?` : `Remove ${domain.domain}?`}
      action={isAssertion ? 'Vouch for it' : 'Remove'}
      isPending={change.isPending}
      error={change.error}
      onConfirm={change.mutate}
      onClose={onClose}
      {...(isAssertion ? {} : { typed: domain.domain })}
    >
      {isAssertion ? (
        <>
          <Text fz="sm">
            Whoever has an address of {domain.domain} is led to the connections of {org}, and no other organization can
            prove the domain. For installations that can ask no DNS.
          </Text>
          <TextInput
            mt="sm"
            label="Reason, for the audit trail"
            required
            maxLength={1_000}
            value={reason}
            onChange={({ currentTarget }) => {
              setReason(currentTarget.value);
            }}
          />
        </>
      ) : (
        'It leads nobody to your connections any more, and others may prove it. Members and sessions stay.'
      )}
    </Ask>
  );
}
