import type { RunTaskBody, TaskResultBody } from '@rungate/contract';

type Key = RunTaskBody['hmacKeys'][number];

/** How far a run task is set up, by what Terraform did. */
export interface SetupProgress {
  /** The key that verified the last request; null: none came yet. */
  readonly usedKey: Key | null;
  readonly isCreated: boolean;
  readonly isAttached: boolean;
  /** A run has its verdict. */
  readonly hasResult: boolean;
  readonly steps: number;
}

/** Reads the progress; `first` is the oldest task result of the run task, undefined while nobody has asked. */
export function setupProgressOf(
  { state, hmacKeys }: Pick<RunTaskBody, 'state' | 'hmacKeys'>,
  first: Pick<TaskResultBody, 'verdict'> | undefined,
): SetupProgress {
  const usedKey = hmacKeys
    .filter(({ lastUsedAt }) => lastUsedAt !== null)
    .reduce<Key | null>((last, key) => (last === null || isLater(key, last) ? key : last), null);
  const isAttached = state === 'active' || first !== undefined;
  // Suspended says nothing of what was before.
  const isCreated = isAttached || state === 'verified' || usedKey !== null;
  const hasResult = first !== undefined && first.verdict !== null;
  return {
    usedKey,
    isCreated,
    isAttached,
    hasResult,
    steps: [isCreated, isAttached, hasResult].filter(Boolean).length,
  };
}

function isLater(key: Key, other: Key): boolean {
  return (key.lastUsedAt ?? '') > (other.lastUsedAt ?? '');
}
