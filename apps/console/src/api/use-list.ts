import type { Page } from '@rungate/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

/** A list as far as it was read, and how it goes on. */
export interface List<Item> {
  readonly items: readonly Item[];
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly hasMore: boolean;
  /** When it was last read, ms since 1970; 0: never. */
  readonly readAt: number;
  readonly readMore: () => void;
  readonly readAgain: () => void;
}

/** Reads a list page by page: the next one when `readMore` asks for it. */
export function useList<Item>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<Page<Item>>,
): List<Item> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: FIRST,
    getNextPageParam: (page: Page<Item>) => page.nextCursor ?? undefined,
  });
  const { data } = query;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return {
    items,
    error: query.error,
    isPending: query.isPending,
    isFetching: query.isFetching,
    hasMore: query.hasNextPage,
    readAt: query.dataUpdatedAt,
    readMore: () => {
      if (query.hasNextPage && !query.isFetchingNextPage && query.error === null) void query.fetchNextPage();
    },
    readAgain: () => void query.refetch(),
  };
}

const FIRST: string | undefined = undefined;
