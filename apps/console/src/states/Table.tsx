import type { ReactNode } from 'react';
import classes from './Table.module.css';

/** A table of few rows; where it is too wide, it scrolls by itself. */
export function Table({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className={classes.frame}>
      <table className={classes.table}>{children}</table>
    </div>
  );
}
