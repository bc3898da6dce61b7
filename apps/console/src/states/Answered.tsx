import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Stale } from './Stale.js';
import { Failed, Loading } from './States.js';

interface AnsweredProps<Answer> {
  /** What is asked for, such as "The run". */
  readonly what: string;
  readonly query: UseQueryResult<Answer>;
  readonly children: (answer: Answer) => ReactNode;
}

/** An answer once it is there; until then, or instead, what became of the question. An old one stays, with its age. */
export function Answered<Answer>({ what, query, children }: AnsweredProps<Answer>): ReactNode {
  const { data, error, dataUpdatedAt } = query;
  if (data !== undefined) {
    return (
      <>
        {error === null ? null : <Stale readAt={dataUpdatedAt} />}
        {children(data)}
      </>
    );
  }
  if (error === null) return <Loading />;
  return <Failed what={`${what} could not be read`} error={error} retry={() => void query.refetch()} />;
}
