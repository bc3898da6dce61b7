import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { onPaletteAsked } from './ask-for-palette.js';
import { useSingleKeys } from './use-single-keys.js';

const Palette = lazy(async () => ({ default: (await import('./Palette.js')).Palette }));
const Keyboard = lazy(async () => ({ default: (await import('./Keyboard.js')).Keyboard }));

/** What is loaded when it is first asked for: the command palette and the help. */
export function OnDemand(): ReactNode {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const showPalette = (): void => {
    setPalette(true);
  };
  useEffect(() => onPaletteAsked(showPalette), []);
  // Also from within a field, where it means nothing else.
  useHotkeys([['mod + K', showPalette]], []);
  useSingleKeys([
    [
      'shift + ?',
      () => {
        setHelp(true);
      },
    ],
  ]);
  return (
    <Suspense>
      {palette ? (
        <Palette
          onClose={() => {
            setPalette(false);
          }}
        />
      ) : null}
      {help ? (
        <Keyboard
          onClose={() => {
            setHelp(false);
          }}
        />
      ) : null}
    </Suspense>
  );
}
