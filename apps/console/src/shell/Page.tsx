import { Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import classes from './Shell.module.css';

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its title, which is the tab's too, and what it holds. */
export function Page({ title, beside, children }: PageProps): ReactNode {
  useDocumentTitle(`${title} · Rungate`);
  const heading = useFocusOnArrival();
  return (
    <div className={classes.page}>
      <Group justify="space-between" gap="sm">
        <Title order={1} ref={heading} tabIndex={-1} className={classes.title ?? ''}>
          {title}
        </Title>
        {beside}
      </Group>
      {children}
    </div>
  );
}

/** The page that has the focus. The first of a tab leaves it to the browser. */
let arrivedAt: string | null = null;

/** Whoever goes to another page begins at its title, and is read it: nothing else tells that a page was exchanged. */
function useFocusOnArrival(): RefObject<HTMLHeadingElement | null> {
  const title = useRef<HTMLHeadingElement>(null);
  // The address changes before its page is there: until then the one that is left still stands.
  const here = useRouterState({ select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname });
  useEffect(() => {
    if (arrivedAt !== null && arrivedAt !== here) title.current?.focus();
    arrivedAt = here;
  }, [here]);
  return title;
}
