import { Code, Group, Stack, Text } from '@mantine/core';
import type { TaskResultDetailBody } from '@rungate/contract';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconHourglass,
  type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Sign, type Tone } from '../../states/Sign.js';
import { Empty } from '../../states/States.js';
import { durationText } from '../../time/duration-text.js';

type Check = TaskResultDetailBody['checks'][number];

const SIGNS: Readonly<Record<Check['status'], readonly [Tone, Icon]>> = {
  passed: ['good', IconCircleCheck],
  failed: ['bad', IconCircleX],
  errored: ['bad', IconAlertTriangle],
  skipped: ['quiet', IconCircleDashed],
  waiting: ['work', IconHourglass],
};

/** What each check said and logged. */
export function Checks({ checks }: { readonly checks: readonly Check[] }): ReactNode {
  if (checks.length === 0) return <Empty title="No check has ended">Checks appear here one by one as they end.</Empty>;
  return (
    <Stack gap="sm">
      {checks.map((check) => (
        <section key={check.name} className="panel" aria-label={check.name}>
          <CheckHead check={check} />
          <Text mt={4}>{check.message}</Text>
          {check.log.length === 0 ? null : (
            <Code block mt="sm" tabIndex={0} aria-label={`Log of ${check.name}`}>
              {check.log.slice(-200).join('\n')}
            </Code>
          )}
        </section>
      ))}
    </Stack>
  );
}

function CheckHead({
  check: { name, use, status, enforcement, durationMs, isolation },
}: {
  readonly check: Check;
}): ReactNode {
  const [tone, icon] = SIGNS[status];
  return (
    <Group gap="md">
      <Text fw={600}>{name}</Text>
      <Sign tone={tone} icon={icon}>
        {status}
      </Sign>
      <Text c="dimmed" fz="sm">
        {use} · {enforcement} · {durationText(durationMs)}
        {isolation === null ? '' : ` · isolation ${isolation}`}
      </Text>
    </Group>
  );
}
