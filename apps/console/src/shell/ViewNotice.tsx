import { Anchor } from '@mantine/core';
import { routes } from '@rungate/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { client } from '../api/client.js';
import { paths } from '../paths.js';
import { useMe, type Me } from '../session/me.js';
import { clockText } from '../time/duration-text.js';
import { useNow } from '../time/use-now.js';
import classes from './Notices.module.css';

type View = NonNullable<Me['view']>;

/** Said on every page while somebody of the platform views an organization, and when that is over. */
export function ViewNotice(): ReactNode {
  const { view } = useMe();
  const queries = useQueryClient();
  const [last, setLast] = useState(view);
  if (view !== null && view !== last) setLast(view);
  const isOver = view === null && last !== null;
  useEffect(() => {
    // What was read as a viewer is less than what may be read now.
    if (isOver) void queries.invalidateQueries();
  }, [isOver, queries]);
  if (last === null) return null;
  return (
    <div className={classes.notice} data-tone="warn">
      {view === null ? (
        <>
          <span role="status">You no longer view {last.organization}: the time is over, or somebody ended it.</span>{' '}
          <a href={paths.organization(last.organization)}>Its page</a>{' '}
          <Anchor
            component="button"
            fz="inherit"
            onClick={() => {
              setLast(null);
            }}
          >
            Dismiss
          </Anchor>
        </>
      ) : (
        <Viewing view={view} />
      )}
    </div>
  );
}

function Viewing({ view: { organization, endsAt, reason } }: { readonly view: View }): ReactNode {
  const queries = useQueryClient();
  const leftMs = Date.parse(endsAt) - useNow().getTime();
  const isOver = leftMs <= 0;
  useEffect(() => {
    if (isOver) void queries.invalidateQueries({ queryKey: ['me'] });
  }, [isOver, queries]);
  const leave = useMutation({
    mutationFn: () => client.call(routes.endView, { params: {} }),
    onSuccess: () => {
      window.location.assign(paths.organization(organization));
    },
  });
  return (
    <>
      You see {organization} as its viewers do, read-only: {reason}. {clockText(leftMs)} left.{' '}
      <Anchor
        component="button"
        fz="inherit"
        onClick={() => {
          leave.mutate();
        }}
      >
        Leave
      </Anchor>
      {leave.error === null ? null : ` ${leave.error.message}`}
    </>
  );
}
