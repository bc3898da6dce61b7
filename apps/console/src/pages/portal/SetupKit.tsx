import { Code, Group, NativeSelect, SegmentedControl } from '@mantine/core';
import { routes, type RunTaskBody } from '@rungate/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { Answered } from '../../states/Answered.js';
import { Copy } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { STAGE_NAMES, STAGES } from '../task-results/names.js';

const FORMATS = ['terraform', 'markdown', 'curl'] as const;
const FORMAT_NAMES = { terraform: 'Terraform', markdown: 'By hand', curl: 'curl' } as const;
const ENFORCEMENTS = ['advisory', 'mandatory'] as const;

/** What to paste; never the key. */
export function SetupKit({ runTask: { organization, name } }: { readonly runTask: RunTaskBody }): ReactNode {
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('terraform');
  const [stage, setStage] = useState<(typeof STAGES)[number]>('post_plan');
  const [enforcement, setEnforcement] = useState<(typeof ENFORCEMENTS)[number]>('advisory');
  const kit = useQuery({
    queryKey: ['setup', organization, name, format, stage, enforcement],
    queryFn: async () => {
      const params = { org: organization, name };
      return (await client.call(routes.getRunTaskSetup, { params, query: { format, stage: [stage], enforcement } }))
        .body;
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      title="What to paste"
      beside={
        <Group gap={8}>
          <NativeSelect
            size="xs"
            aria-label="Stage"
            value={stage}
            data={STAGES.map((value) => ({ value, label: STAGE_NAMES[value] }))}
            onChange={({ currentTarget }) => {
              setStage(STAGES.find((each) => each === currentTarget.value) ?? stage);
            }}
          />
          <NativeSelect
            size="xs"
            aria-label="Enforcement"
            value={enforcement}
            data={[...ENFORCEMENTS]}
            onChange={({ currentTarget }) => {
              setEnforcement(ENFORCEMENTS.find((each) => each === currentTarget.value) ?? enforcement);
            }}
          />
          <SegmentedControl
            size="xs"
            aria-label="Format"
            value={format}
            data={FORMATS.map((value) => ({ value, label: FORMAT_NAMES[value] }))}
            onChange={setFormat}
          />
          <Copy text={kit.data ?? ''} what="the text" />
        </Group>
      }
    >
      <Answered what="The text" query={kit}>
        {(text) => (
          <Code block mah={420} style={{ overflow: 'auto' }} tabIndex={0} aria-label="Setup text">
            {text}
          </Code>
        )}
      </Answered>
    </Panel>
  );
}
