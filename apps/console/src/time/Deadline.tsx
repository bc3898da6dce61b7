import type { ReactNode } from 'react';
import { remainingUntil, type Urgency } from './deadline.js';
import { momentTitle } from './moment-text.js';
import { useNow } from './use-now.js';
import classes from './Deadline.module.css';

/** What is left until a deadline, second by second: text, shape and colour. */
export function Deadline({ at }: { readonly at: string }): ReactNode {
  const deadline = new Date(at);
  const { shape, text, urgency } = remainingUntil(deadline, useNow());
  return (
    <span className={CLASSES[urgency]} title={momentTitle(deadline)}>
      <span aria-hidden>{shape}</span> {text}
    </span>
  );
}

const CLASSES: Readonly<Record<Urgency, string | undefined>> = {
  calm: classes.calm,
  near: classes.near,
  'at-risk': classes['at-risk'],
  missed: classes.missed,
};
