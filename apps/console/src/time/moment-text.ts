import { durationText } from './duration-text.js';

/** How moments are shown everywhere. */
export const TIME_STYLES = ['local', 'utc', 'relative'] as const;
/** How moments are shown everywhere. */
export type TimeStyle = (typeof TIME_STYLES)[number];

interface Shown {
  readonly style: TimeStyle;
  readonly now: Date;
}

/** A moment in the style that a person chose. */
export function momentText(at: Date, { style, now }: Shown): string {
  if (style === 'utc') return utcText(at);
  if (style === 'local') return localText(at);
  const ago = now.getTime() - at.getTime();
  if (Math.abs(ago) < 1_000) return 'now';
  return ago > 0 ? `${durationText(roughly(ago))} ago` : `in ${durationText(roughly(-ago))}`;
}

/** The same moment in every style but the relative one: what a tooltip says. */
export function momentTitle(at: Date): string {
  return `${localText(at)} local · ${utcText(at)}`;
}

function utcText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function localText(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** Seconds of what is hours ago tell nobody anything. */
function roughly(ms: number): number {
  return ms < 60_000 ? Math.floor(ms / 1_000) * 1_000 : Math.floor(ms / 60_000) * 60_000;
}
