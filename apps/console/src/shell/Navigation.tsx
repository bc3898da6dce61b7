import { useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../session/me.js';
import { AppLink } from './AppLink.js';
import { placesOf, type Place } from './places.js';
import classes from './Shell.module.css';

/** The places of who is signed in. */
export function Navigation(): ReactNode {
  return <PlaceLinks label="Pages" places={placesOf(useMe())} />;
}

interface PlaceLinksProps {
  readonly label: string;
  readonly places: readonly Place[];
  /** Whether the first stands for its own address alone, not for all below it. */
  readonly isExact?: boolean;
}

/** A link for each place; the one that is open says so. */
export function PlaceLinks({ label, places, isExact = false }: PlaceLinksProps): ReactNode {
  const here = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <nav aria-label={label} className={classes.links}>
      {places.map(({ label: name, href }) => (
        <AppLink
          key={href}
          href={href}
          className={classes.link ?? ''}
          aria-current={here === href || (!isExact && here.startsWith(`${href}/`)) ? 'page' : undefined}
          underline="never"
        >
          {name}
        </AppLink>
      ))}
    </nav>
  );
}
