import { Code, Collapse, Group, Stack, Text, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { CheckPluginBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import { useCatalogue } from '../../api/read.js';
import { Page } from '../../shell/Page.js';
import { Answered } from '../../states/Answered.js';
import { STAGE_NAMES } from '../task-results/names.js';

/** Every check plugin of this installation. */
export function CataloguePage(): ReactNode {
  return (
    <Page title="Checks">
      <Answered what="The catalogue" query={useCatalogue()}>
        {(plugins) => (
          <Stack gap="sm">
            {plugins.map((plugin) => (
              <Plugin key={plugin.name} plugin={plugin} />
            ))}
          </Stack>
        )}
      </Answered>
    </Page>
  );
}

function Plugin({ plugin }: { readonly plugin: CheckPluginBody }): ReactNode {
  const { name, version, title, summary, stages, configSchema } = plugin;
  const [isOpen, { toggle }] = useDisclosure(false);
  return (
    <section className="panel" aria-label={title}>
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={600}>{title}</Text>
          <span className="mono">
            {name} {version}
          </span>
        </Group>
        <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? 'Hide the configuration' : 'Configuration'}
        </Button>
      </Group>
      <Text mt={4}>{summary}</Text>
      <Text fz="sm" c="dimmed">
        {stages.map((stage) => STAGE_NAMES[stage]).join(', ')}
      </Text>
      <Collapse expanded={isOpen}>
        <Code block mt="sm" mah={400} style={{ overflow: 'auto' }} tabIndex={0} aria-label={`JSON Schema of ${name}`}>
          {JSON.stringify(configSchema, null, 2)}
        </Code>
      </Collapse>
    </section>
  );
}
