import { ActionIcon, Button, Group, NativeSelect, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../paths.js';
import { useMe } from '../session/me.js';
import { TIME_STYLES, type TimeStyle } from '../time/moment-text.js';
import { AppLink } from './AppLink.js';
import { askForPalette } from './ask-for-palette.js';
import { usePreferences } from './preferences.js';

/** What stands at the right of the header. */
export function Tools(): ReactNode {
  const me = useMe();
  return (
    <Group gap={8} wrap="nowrap" ml="auto">
      <Button
        size="xs"
        variant="default"
        leftSection={<IconSearch size={14} aria-hidden />}
        onClick={askForPalette}
        visibleFrom="lg"
      >
        Go to… Ctrl K
      </Button>
      <TimeChoice />
      <SchemeSwitch />
      <AppLink href={paths.settings} title={`${me.name}, ${me.role}`} maw={140} truncate="end">
        {me.name}
      </AppLink>
    </Group>
  );
}

const TIME_LABELS: Readonly<Record<TimeStyle, string>> = { local: 'Local', utc: 'UTC', relative: 'Relative' };

function TimeChoice(): ReactNode {
  const { preferences, change } = usePreferences();
  return (
    <NativeSelect
      size="xs"
      w={92}
      aria-label="How times are shown"
      value={preferences.timeStyle}
      data={TIME_STYLES.map((value) => ({ value, label: TIME_LABELS[value] }))}
      onChange={({ currentTarget }) => {
        const timeStyle = TIME_STYLES.find((style) => style === currentTarget.value);
        if (timeStyle !== undefined) change({ timeStyle });
      }}
    />
  );
}

function SchemeSwitch(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--quiet)"
      aria-label={`Use the ${other} theme`}
      onClick={() => {
        setColorScheme(other);
      }}
    >
      {scheme === 'dark' ? <IconSun size={16} aria-hidden /> : <IconMoon size={16} aria-hidden />}
    </ActionIcon>
  );
}
