import { canonicalJson } from './canonical-json.js';
import { SEVERITIES, type Check } from './check.js';

/** Something that a change of a run task's checks takes away from what protects. */
export interface Weakening {
  /** JSON pointer into the settings after the change; to the list itself for a check that is gone. */
  readonly pointer: string;
  /** A sentence about it. */
  readonly detail: string;
}

/** What makes a mandatory check stop less than it did: whoever may edit checks need not be allowed to (P0-12). */
export function weakenings(before: readonly Check[], after: readonly Check[]): readonly Weakening[] {
  const weakened = before.filter(isMandatory).flatMap((check) => {
    const index = after.findIndex(({ name }) => name === check.name);
    const now = after[index];
    if (now === undefined) return [{ pointer: '/checks', detail: `Would remove the mandatory check ${check.name}.` }];
    return RULES.filter(({ weakens }) => weakens(check, now)).map(({ field, says }) => ({
      pointer: `/checks/${index}/${field}`,
      detail: `Would weaken the mandatory check ${check.name}: ${says}.`,
    }));
  });
  return [...weakened, ...skippable(before, after)];
}

/** Checks that become mandatory and can be skipped by breaking them: a choice of its own, with its own reason (P0-8). */
function skippable(before: readonly Check[], after: readonly Check[]): readonly Weakening[] {
  return after.flatMap((check, index) => {
    if (!isMandatory(check) || check.onError === 'fail') return [];
    if (before.some((earlier) => earlier.name === check.name && isMandatory(earlier))) return [];
    const detail = `Would let the mandatory check ${check.name} be skipped by breaking it.`;
    return [{ pointer: `/checks/${index}/onError`, detail }];
  });
}

function isMandatory({ enforcement }: Check): boolean {
  return enforcement === 'mandatory';
}

/** What a change does to checks that the platform locked, or to what only the platform may lock. */
export function lockViolations(before: readonly Check[], after: readonly Check[]): readonly Weakening[] {
  const touched = before
    .filter(({ locked }) => locked === true)
    .flatMap((check) => {
      const index = after.findIndex(({ name }) => name === check.name);
      if (index === -1)
        return [{ pointer: '/checks', detail: `Must hold the check ${check.name}, which the platform locked.` }];
      if (canonicalJson(after[index]) === canonicalJson(check)) return [];
      return [
        { pointer: `/checks/${index}`, detail: `Must stay as it is: the platform locked the check ${check.name}.` },
      ];
    });
  const locking = after.flatMap(({ name, locked }, index) =>
    locked === true && !before.some((check) => check.name === name && check.locked === true)
      ? [{ pointer: `/checks/${index}/locked`, detail: 'Only the platform locks checks.' }]
      : [],
  );
  return [...touched, ...locking];
}

interface Rule {
  readonly field: keyof Check;
  readonly says: string;
  readonly weakens: (before: Check, after: Check) => boolean;
}

const RULES: readonly Rule[] = [
  {
    field: 'enforcement',
    says: 'it would no longer be mandatory',
    weakens: (_, { enforcement }) => enforcement !== 'mandatory',
  },
  { field: 'use', says: 'another plugin would judge', weakens: (before, after) => before.use !== after.use },
  {
    field: 'stages',
    says: 'it would judge at fewer stages',
    weakens: (before, after) => before.stages.some((stage) => !after.stages.includes(stage)),
  },
  {
    field: 'failOn',
    says: 'it would tolerate worse findings',
    weakens: (before, after) => SEVERITIES.indexOf(after.failOn) > SEVERITIES.indexOf(before.failOn),
  },
  {
    field: 'onUnknown',
    says: 'what is unknown would no longer fail',
    weakens: (before, after) => before.onUnknown === 'fail' && after.onUnknown === 'warn',
  },
  {
    field: 'onError',
    says: 'it could be skipped by breaking it',
    weakens: (before, after) => before.onError === 'fail' && after.onError === 'skip',
  },
  {
    field: 'when',
    says: 'it would apply to other runs',
    weakens: ({ when: before }, { when: after }) =>
      after !== undefined && canonicalJson(after) !== canonicalJson(before ?? null),
  },
];
