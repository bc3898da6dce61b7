import { Group, Stack, Text } from '@mantine/core';
import { routes, type ReevaluationsBody } from '@rungate/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { Answered } from '../../states/Answered.js';
import { Empty } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { Checks } from '../run/Checks.js';
import { VerdictMark } from '../task-results/Marks.js';

const READ_MS = 3_000;

/** What later checks said of a run, newest first. */
export function Reevaluations({ id }: { readonly id: string }): ReactNode {
  const all = useQuery({
    queryKey: ['task-result', id, 're-evaluations'],
    queryFn: async () => (await client.call(routes.listReevaluations, { params: { id } })).body.items,
    refetchInterval: READ_MS,
  });
  return (
    <Answered what="What later checks said" query={all}>
      {(found) =>
        found.length === 0 ? (
          <Empty title="It was not judged again">
            Re-evaluate lets the checks of today judge the plan that was kept; what they say appears here.
          </Empty>
        ) : (
          <Stack gap="md">
            {found.map((one) => (
              <One key={one.id} reevaluation={one} />
            ))}
          </Stack>
        )
      }
    </Answered>
  );
}

function One({
  reevaluation: { at, by, reason, operationId, runTaskRevision, verdict, message, isSame, checks },
}: {
  readonly reevaluation: ReevaluationsBody['items'][number];
}): ReactNode {
  const may = useMay();
  return (
    <article aria-label="Re-evaluation">
      <Group gap="sm">
        <VerdictMark verdict={verdict} />
        <Text fw={600}>{message}</Text>
        <Text c={isSame ? 'dimmed' : 'var(--warn)'}>
          {isSame ? 'as it was called back' : 'not what was called back'}
        </Text>
      </Group>
      <Text fz="sm" c="dimmed" mb="xs">
        <Moment at={at} />, by {by.name}: {reason}. Checks of revision {runTaskRevision}; kept here, not sent to
        Terraform. {may('operations.read') ? <AppLink href={paths.operation(operationId)}>Operation</AppLink> : null}
      </Text>
      <Checks checks={checks} />
    </article>
  );
}
