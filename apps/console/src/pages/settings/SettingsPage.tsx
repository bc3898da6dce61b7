import { Button, NativeSelect, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { signOut } from '../../api/sign-in.js';
import { useMe } from '../../session/me.js';
import { DENSITIES, SWITCHED, usePreferences } from '../../shell/preferences.js';
import { Facts } from '../../states/Facts.js';
import { Panel } from '../../states/Panel.js';
import { TIME_STYLES } from '../../time/moment-text.js';
import { Sessions } from './Sessions.js';
import { SettingsFrame } from './SettingsFrame.js';

const SCHEMES = ['auto', 'light', 'dark'] as const;
const SCHEME_NAMES = { auto: 'As the system', light: 'Light', dark: 'Dark' } as const;

/** Who you are here, and how you want to see things. */
export function SettingsPage(): ReactNode {
  const me = useMe();
  return (
    <SettingsFrame title="Settings">
      <Panel title="You" beside={me.session === null ? null : <SignOut />}>
        <Facts
          facts={[
            ['Name', me.name],
            ...(me.person?.email == null ? [] : [['E-mail', me.person.email] as const]),
            ['Role', me.role],
            ['For', me.organization ?? 'the whole platform'],
            ...(me.managedBy === null ? [] : [['Partner', me.managedBy] as const]),
          ]}
        />
        <Text fz="sm" c="dimmed" mt="sm">
          You may: {me.permissions.join(', ')}.
        </Text>
      </Panel>
      {me.session === null ? null : <Sessions />}
      <Panel title="Appearance, in this browser">
        <Appearance />
      </Panel>
    </SettingsFrame>
  );
}

function SignOut(): ReactNode {
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: (location) => {
      window.location.assign(location);
    },
  });
  return (
    <>
      {leave.error === null ? null : <Text c="var(--bad)">{leave.error.message}</Text>}
      <Button
        size="xs"
        variant="default"
        loading={leave.isPending}
        onClick={() => {
          leave.mutate();
        }}
      >
        Sign out
      </Button>
    </>
  );
}

function Appearance(): ReactNode {
  const { preferences, change } = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Stack gap="md" maw={420}>
      <NativeSelect
        label="Theme"
        data={SCHEMES.map((value) => ({ value, label: SCHEME_NAMES[value] }))}
        value={colorScheme}
        onChange={({ currentTarget }) => {
          setColorScheme(SCHEMES.find((scheme) => scheme === currentTarget.value) ?? 'auto');
        }}
      />
      <div>
        <Text fz="sm" fw={500}>
          Times
        </Text>
        <SegmentedControl
          aria-label="Times"
          data={[
            { value: TIME_STYLES[0], label: 'Local' },
            { value: TIME_STYLES[1], label: 'UTC' },
            { value: TIME_STYLES[2], label: 'Relative' },
          ]}
          value={preferences.timeStyle}
          onChange={(timeStyle) => {
            change({ timeStyle });
          }}
        />
      </div>
      <div>
        <Text fz="sm" fw={500}>
          Rows of lists
        </Text>
        <SegmentedControl
          aria-label="Rows of lists"
          data={DENSITIES.map((value) => ({ value, label: value === 'compact' ? 'Compact' : 'Comfortable' }))}
          value={preferences.density}
          onChange={(density) => {
            change({ density });
          }}
        />
      </div>
      <div>
        <Text fz="sm" fw={500}>
          Shortcuts of one key
        </Text>
        <SegmentedControl
          aria-label="Shortcuts of one key"
          data={SWITCHED.map((value) => ({ value, label: value === 'on' ? 'On' : 'Off' }))}
          value={preferences.singleKeys}
          onChange={(singleKeys) => {
            change({ singleKeys });
          }}
        />
        <Text fz="xs" c="dimmed">
          Such as j, k and the space bar; Ctrl K works in any case.
        </Text>
      </div>
    </Stack>
  );
}
