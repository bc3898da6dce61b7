import type { ReactNode } from 'react';
import { usePreferences } from '../shell/preferences.js';
import { momentText, momentTitle } from './moment-text.js';
import { useNow } from './use-now.js';

/** A moment in the style that the person chose; the others are in its tooltip. */
export function Moment({ at }: { readonly at: string | null }): ReactNode {
  const { timeStyle } = usePreferences().preferences;
  if (at === null) return <span>–</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={momentTitle(date)}>
      {timeStyle === 'relative' ? <Ago date={date} /> : momentText(date, { style: timeStyle, now: date })}
    </time>
  );
}

/** Grows old by itself. */
function Ago({ date }: { readonly date: Date }): ReactNode {
  return momentText(date, { style: 'relative', now: useNow() });
}
