import { useLocalStorage } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { TIME_STYLES } from '../time/moment-text.js';
import { DENSITIES, PreferencesContext, SWITCHED, type Preferences } from './preferences.js';

/** Remembers in this browser how a person wants to see things. */
export function PreferencesProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [preferences, setPreferences] = useLocalStorage<Preferences>({
    key: 'rungate-preferences',
    defaultValue: USUAL,
    getInitialValueInEffect: false,
    deserialize: read,
  });
  const change = (changes: Partial<Preferences>): void => {
    setPreferences({ ...preferences, ...changes });
  };
  return <PreferencesContext value={{ preferences, change }}>{children}</PreferencesContext>;
}

const USUAL: Preferences = { timeStyle: 'local', density: 'compact', singleKeys: 'on' };

const shape = z.object({
  timeStyle: z.enum(TIME_STYLES).catch(USUAL.timeStyle),
  density: z.enum(DENSITIES).catch(USUAL.density),
  singleKeys: z.enum(SWITCHED).catch(USUAL.singleKeys),
});

function read(written: string | undefined): Preferences {
  try {
    return shape.parse(JSON.parse(written ?? ''));
  } catch {
    return USUAL;
  }
}
