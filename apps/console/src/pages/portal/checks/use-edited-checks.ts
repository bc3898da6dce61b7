import type { CheckBody, RunTaskBody } from '@rungate/contract';
import { useState } from 'react';
import { areSame, differencesOf, mergedOf, type Difference, type Side } from './merge.js';

/** A run task as it was read, and which revision that is. */
export interface Stored {
  readonly runTask: RunTaskBody;
  readonly etag: string | null;
}

/** Checks that are being changed. */
export interface Edited {
  readonly checks: readonly CheckBody[];
  /** What they would take the place of: what was read when the changing began, or was settled. */
  readonly base: Stored;
  readonly isChanged: boolean;
  /** Grows whenever the forms begin anew. */
  readonly edition: number;
  /** What somebody else stored otherwise meanwhile; empty: nothing. */
  readonly differences: readonly Difference[];
  /** Fields, by check, whose text is no value. */
  readonly unreadable: readonly (readonly [check: string, field: string])[];
  readonly put: (index: number, check: CheckBody | null) => void;
  readonly add: (check: CheckBody) => void;
  readonly note: (check: string, field: string, isReadable: boolean) => void;
  readonly discard: () => void;
  readonly settle: (chosen: ReadonlyMap<string, Side>) => void;
}

interface State {
  readonly base: Stored;
  readonly checks: readonly CheckBody[];
  readonly edition: number;
  readonly unreadable: Edited['unreadable'];
}

/** Keeps changes through whatever is stored by others meanwhile. */
export function useEditedChecks(stored: Stored): Edited {
  const [state, setState] = useState<State>(() => begun(stored, 0));
  const { base, checks, edition, unreadable } = state;
  const { isChanged, versions, differences, next } = standingOf(state, stored);
  if (next !== state) setState(next);
  const changeChecks = (change: (checks: readonly CheckBody[]) => readonly CheckBody[]): void => {
    setState((before) => {
      const changed = change(before.checks);
      const isThere = (name: string): boolean => changed.some((check) => check.name === name);
      return { ...before, checks: changed, unreadable: before.unreadable.filter(([name]) => isThere(name)) };
    });
  };
  return {
    checks,
    base,
    isChanged,
    edition,
    unreadable,
    differences,
    put: (index, check) => {
      changeChecks((before) => before.flatMap((each, at) => (at === index ? (check ?? []) : each)));
    },
    add: (check) => {
      changeChecks((before) => [...before, check]);
    },
    note: (check, field, isReadable) => {
      setState((before) => {
        const others = before.unreadable.filter(([each, name]) => each !== check || name !== field);
        return { ...before, unreadable: isReadable ? others : [...others, [check, field]] };
      });
    },
    discard: () => {
      setState(begun(stored, edition + 1));
    },
    settle: (chosen) => {
      setState({ ...begun(stored, edition + 1), checks: mergedOf(versions, chosen) });
    },
  };
}

/** How what is being changed stands to what is stored, and where that leads by itself. */
function standingOf(state: State, stored: Stored) {
  const { base, checks, edition, unreadable } = state;
  const isChanged = !areSame(checks, base.runTask.checks) || unreadable.length > 0;
  const versions = { base: base.runTask.checks, theirs: stored.runTask.checks, mine: checks };
  const still = { isChanged, versions, differences: [], next: state } as const;
  if (stored.etag === base.etag) return still;
  const isStored = unreadable.length === 0 && areSame(checks, stored.runTask.checks);
  if (!isChanged || isStored) return { ...still, next: begun(stored, isChanged ? edition : edition + 1) };
  const differences = differencesOf(versions);
  // Something else of the run task was changed: what is being changed here fits it as it is.
  if (differences.every(({ settled }) => settled === 'mine')) return { ...still, next: { ...state, base: stored } };
  return { ...still, differences };
}

function begun(base: Stored, edition: number): State {
  return { base, checks: base.runTask.checks, edition, unreadable: [] };
}
