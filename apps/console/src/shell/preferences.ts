import { createContext, use } from 'react';
import type { TimeStyle } from '../time/moment-text.js';

/** How much stands on a screen. */
export const DENSITIES = ['compact', 'comfortable'] as const;

/** Whether keys alone do something. */
export const SWITCHED = ['on', 'off'] as const;

/** How a person wants to see things. */
export interface Preferences {
  readonly timeStyle: TimeStyle;
  readonly density: (typeof DENSITIES)[number];
  /** Shortcuts of one key, which speech input may press by mistake. */
  readonly singleKeys: (typeof SWITCHED)[number];
}

interface Held {
  readonly preferences: Preferences;
  readonly change: (changes: Partial<Preferences>) => void;
}

/** Known everywhere in the console. */
export const PreferencesContext = createContext<Held | null>(null);

/** How this person wants to see things, and how to change it. */
export function usePreferences(): Held {
  const held = use(PreferencesContext);
  if (held === null) throw new Error('The console begins with its preferences.');
  return held;
}
