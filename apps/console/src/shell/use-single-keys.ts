import { useHotkeys, type HotkeyItem } from '@mantine/hooks';
import { usePreferences } from './preferences.js';

/** Where a key is typed, or chooses. */
const FIELDS = ['INPUT', 'TEXTAREA', 'SELECT'];

/** Shortcuts of one key: not within fields, nor on the elements named, nor for whoever switched them off (WCAG 2.1.4). */
export function useSingleKeys(keys: HotkeyItem[], notOn: readonly string[] = []): void {
  const { singleKeys } = usePreferences().preferences;
  useHotkeys(singleKeys === 'on' ? keys : [], [...FIELDS, ...notOn]);
}
