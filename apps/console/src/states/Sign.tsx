import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Sign.module.css';

/** What a sign means. */
export type Tone = 'good' | 'bad' | 'warn' | 'work' | 'quiet';

interface SignProps {
  readonly tone: Tone;
  readonly icon: Icon;
  readonly children: ReactNode;
}

/** A word with a shape and a colour: never the colour alone. */
export function Sign({ tone, icon: Shape, children }: SignProps): ReactNode {
  return (
    <span className={classes.sign} data-tone={tone}>
      <Shape size={15} stroke={2} aria-hidden />
      {children}
    </span>
  );
}
