import { Button, Group, List, Text } from '@mantine/core';
import { routes, type OriginBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useMay } from '../../session/me.js';
import { Ask } from '../../states/Ask.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { Table } from '../../states/Table.js';

type Decision = 'approved' | 'refused';
interface Asked {
  readonly origin: OriginBody;
  readonly decision: Decision;
}

/** Origins that an organization asked for, and what was decided; shown only when there are any. */
export function Origins({ slug }: { readonly slug: string }): ReactNode {
  const may = useMay();
  const [asked, setAsked] = useState<Asked | null>(null);
  const origins = useQuery({
    queryKey: ['origins', slug],
    queryFn: async () => (await client.call(routes.listOrigins, { params: { org: slug } })).body.items,
    enabled: may('origins.read'),
  });
  if (origins.error !== null && origins.data === undefined) {
    return (
      <Failed
        what="The Terraform origins could not be read"
        error={origins.error}
        retry={() => void origins.refetch()}
      />
    );
  }
  if (origins.data === undefined || origins.data.length === 0) return null;
  return (
    <Panel title="Terraform origins">
      <Table>
        <tbody>
          {origins.data.map((origin) => (
            <tr key={origin.origin}>
              <td className="mono">{origin.origin}</td>
              <td>{origin.state}</td>
              <td>
                asked by {origin.requestedBy} <Moment at={origin.requestedAt} />
              </td>
              <td>{origin.privateRanges.join(', ')}</td>
              <td>
                <Group gap={6} justify="flex-end">
                  {(['approved', 'refused'] as const)
                    .filter((decision) => decision !== origin.state)
                    .map((decision) => (
                      <Button
                        key={decision}
                        size="compact-xs"
                        variant="default"
                        disabled={!may('origins.write')}
                        onClick={() => {
                          setAsked({ origin, decision });
                        }}
                      >
                        {decision === 'approved' ? 'Approve' : 'Refuse'}
                      </Button>
                    ))}
                </Group>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {asked === null ? null : (
        <Decide
          slug={slug}
          asked={asked}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}

interface DecideProps {
  readonly slug: string;
  readonly asked: Asked;
  readonly onClose: () => void;
}

/** An origin is where secrets go: who approves one has read which, and what it gets. */
function Decide({ slug, asked: { origin, decision }, onClose }: DecideProps): ReactNode {
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: () =>
      client.call(routes.putOrigin, {
        params: { org: slug, origin: origin.origin },
        body: { state: decision, privateRanges: [...origin.privateRanges], caBundle: origin.caBundle },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['origins', slug] });
    },
  });
  const isApproval = decision === 'approved';
  return (
    <Ask
      title={isApproval ? `Let ${slug} reach this origin?` : `Refuse ${slug} this origin?`}
      action={isApproval ? 'Approve' : 'Refuse'}
      isPending={decide.isPending}
      error={decide.error}
      onConfirm={decide.mutate}
      onClose={onClose}
      {...(isApproval ? { typed: origin.origin } : {})}
    >
      <Text className="mono" fw={600}>
        {origin.origin}
      </Text>
      {isApproval ? (
        <>
          <Text mt="xs">Whoever runs it will receive from this platform, for every run that it sends to {slug}:</Text>
          <List size="sm" my="xs">
            <List.Item>the verdict, its message, and every finding with resource addresses;</List.Item>
            <List.Item>requests for plans and configurations, with the access token of that run;</List.Item>
            {origin.privateRanges.length === 0 ? null : (
              <List.Item>connections into the private networks {origin.privateRanges.join(', ')}.</List.Item>
            )}
            {origin.caBundle === null ? null : (
              <List.Item>trust in certificate authorities of its own, given with the request.</List.Item>
            )}
          </List>
          <Text fz="sm" c="dimmed">
            Asked for by {origin.requestedBy}. Make sure by other means than this page whose host this is.
          </Text>
        </>
      ) : (
        <Text mt="xs">Requests that name it get 422 from now on, and nothing is sent there.</Text>
      )}
    </Ask>
  );
}
