import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconUserCheck } from '@tabler/icons-react';
import { routes, type DomainBody } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useList } from '../../api/use-list.js';
import { useMay } from '../../session/me.js';
import { Copyable } from '../../states/Copy.js';
import { Paged } from '../../states/Paged.js';
import { Panel } from '../../states/Panel.js';
import { Sign } from '../../states/Sign.js';
import { Empty, Failed } from '../../states/States.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';
import { AskForDomain, type DomainQuestion } from './AskForDomain.js';
import { NewDomain } from './NewDomain.js';

/** The e-mail domains that lead an organization's people to its connections. */
export function Domains({ organization: org }: { readonly organization: string }): ReactNode {
  const may = useMay();
  const [asked, setAsked] = useState<DomainQuestion | null>(null);
  const key = ['domains', org];
  const list = useList(
    key,
    async (cursor) => (await client.call(routes.listDomains, { params: { org }, query: { cursor, limit: 100 } })).body,
  );
  return (
    <Panel title="E-mail domains">
      <Text fz="sm" c="dimmed" mb="xs">
        Whoever enters an address of a proved domain on the sign-in page is led to the connections that chose to be
        found.
      </Text>
      <Paged
        what="domains"
        list={list}
        empty={<Empty title="No domain yet">Add one, and prove it by a record of its DNS.</Empty>}
      >
        {(domains) => (
          <Table>
            <thead>
              <tr>
                <th scope="col">Domain</th>
                <th scope="col">State</th>
                <th scope="col">TXT record, name and value</th>
                <th scope="col">Actions</th>
              </tr>
            </thead>
            <tbody>
              {domains.map((domain) => (
                <tr key={domain.id}>
                  <th scope="row">{domain.domain}</th>
                  <td>
                    <State domain={domain} />
                    <Text fz="xs" c="dimmed">
                      {domain.checkedAt === null ? 'never looked at' : <Moment at={domain.checkedAt} />}
                    </Text>
                  </td>
                  <td>
                    <Stack gap={2}>
                      <Copyable text={domain.record.name} what={`the record's name for ${domain.domain}`} />
                      <Copyable text={domain.record.value} what={`the record's value for ${domain.domain}`} />
                    </Stack>
                  </td>
                  <td>
                    <Group gap={6}>
                      {may('sso.write') ? <Check org={org} domain={domain} /> : null}
                      {may('domains.assert') && domain.state === 'unproved' ? (
                        <Button
                          size="compact-xs"
                          variant="default"
                          onClick={() => {
                            setAsked({ what: 'assert', domain });
                          }}
                        >
                          Vouch for it
                        </Button>
                      ) : null}
                      {may('sso.write') ? (
                        <Button
                          size="compact-xs"
                          variant="default"
                          onClick={() => {
                            setAsked({ what: 'remove', domain });
                          }}
                        >
                          Remove
                        </Button>
                      ) : null}
                    </Group>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Paged>
      {may('sso.write') ? <NewDomain org={org} /> : null}
      {asked === null ? null : (
        <AskForDomain
          org={org}
          question={asked}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}

function State({ domain: { state, missingSince } }: { readonly domain: DomainBody }): ReactNode {
  if (missingSince !== null) {
    return (
      <Sign tone="warn" icon={IconAlertTriangle}>
        Record gone since <Moment at={missingSince} />
      </Sign>
    );
  }
  switch (state) {
    case 'proved':
      return (
        <Sign tone="good" icon={IconCircleCheck}>
          Proved
        </Sign>
      );
    case 'asserted':
      return (
        <Sign tone="good" icon={IconUserCheck}>
          Vouched for
        </Sign>
      );
    case 'unproved':
      return (
        <Sign tone="quiet" icon={IconCircleDashed}>
          Not proved
        </Sign>
      );
  }
}

function Check({ org, domain: { id, domain } }: { readonly org: string; readonly domain: DomainBody }): ReactNode {
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: async () => (await client.call(routes.checkDomain, { params: { org, id } })).body,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['domains', org] }),
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Check ${domain} now`}
        loading={check.isPending}
        onClick={() => {
          check.mutate();
        }}
      >
        Check now
      </Button>
      {check.error === null ? null : <Failed what="The record was not looked at" error={check.error} />}
      {check.data === undefined ? null : (
        <Text fz="xs" role="status" w="100%" maw={360} style={{ order: 1 }}>
          {check.data.says}
        </Text>
      )}
    </>
  );
}
