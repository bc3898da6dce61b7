import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { List } from '../api/use-list.js';
import { Failed, Loading } from './States.js';
import { Stale } from './Stale.js';

interface PagedProps<Item> {
  /** What it holds, such as "members". */
  readonly what: string;
  readonly list: List<Item>;
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}

/** A list of usually few, as a table: what does not come with the first page comes by a button, never silently not. */
export function Paged<Item>({ what, list, empty, children }: PagedProps<Item>): ReactNode {
  const { items, error, isPending, readAt, readAgain } = list;
  if (isPending) return <Loading />;
  if (error !== null && items.length === 0) {
    return <Failed what={`The ${what} could not be read`} error={error} retry={readAgain} />;
  }
  if (items.length === 0) return empty;
  return (
    <>
      {children(items)}
      {error === null ? null : <Stale readAt={readAt} />}
      <Rest what={what} list={list} />
    </>
  );
}

function Rest<Item>({ what, list }: Pick<PagedProps<Item>, 'what' | 'list'>): ReactNode {
  const { items, error, isFetching, hasMore, readMore, readAgain } = list;
  if (!hasMore && error === null) return null;
  return (
    <Group gap="sm" mt="sm">
      <Button size="xs" variant="default" loading={isFetching} onClick={error === null ? readMore : readAgain}>
        {error === null ? 'Show more' : 'Try again'}
      </Button>
      <Text fz="sm" c="dimmed">
        {items.length.toLocaleString('en')} {what} read{hasMore ? ', there are more' : ''}
      </Text>
    </Group>
  );
}
