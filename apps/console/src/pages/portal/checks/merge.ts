import { checkList, type CheckBody } from '@rungate/contract';
import { hashKey } from '@tanstack/react-query';

type Checks = readonly CheckBody[];

/** Whose version of a check counts. */
export type Side = 'theirs' | 'mine';

/** A check that two people left different. */
export interface Difference {
  readonly name: string;
  /** Null: without it. */
  readonly theirs: CheckBody | null;
  readonly mine: CheckBody | null;
  /** Whose it is when only one of them changed it; both changed it: null, and somebody must say. */
  readonly settled: Side | null;
}

interface Versions {
  /** What both began from. */
  readonly base: Checks;
  readonly theirs: Checks;
  readonly mine: Checks;
}

/** The checks that are not the same in both versions. */
export function differencesOf({ base, theirs, mine }: Versions): readonly Difference[] {
  const names = new Set([...theirs, ...mine].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [before, their, my] = [named(base, name), named(theirs, name), named(mine, name)];
    if (isSame(their, my)) return [];
    const settled = isSame(before, my) ? 'theirs' : isSame(before, their) ? 'mine' : null;
    return [{ name, theirs: their, mine: my, settled }];
  });
}

/** One list of both: in their order, what only I have last. What is not chosen is theirs. */
export function mergedOf({ theirs, mine }: Versions, chosen: ReadonlyMap<string, Side>): Checks {
  const names = [...new Set([...theirs, ...mine].map(({ name }) => name))];
  return names.flatMap((name) => named(chosen.get(name) === 'mine' ? mine : theirs, name) ?? []);
}

/** Whether two lists say the same, defaults filled in. */
export function areSame(one: Checks, other: Checks): boolean {
  return hashKey([filled(one)]) === hashKey([filled(other)]);
}

function named(checks: Checks, name: string): CheckBody | null {
  return checks.find((check) => check.name === name) ?? null;
}

function isSame(one: CheckBody | null, other: CheckBody | null): boolean {
  return one === null || other === null ? one === other : areSame([one], [other]);
}

/** As it would be stored; what could not be stored stays as it is. */
function filled(checks: Checks): unknown {
  return checkList.safeParse(checks).data ?? checks;
}
