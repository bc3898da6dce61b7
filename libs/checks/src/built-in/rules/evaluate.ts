import type { Condition, Leaf, Match } from './condition.js';
import { find, hasRoot, type Hit, type Subject } from './find.js';
import type { TestAnswer } from './operators.js';
import { shownValue } from './shown-value.js';

/** Whether a condition holds. `undecidable`: something that cannot be compared decides, so it must not pass. */
export type Answer = 'yes' | 'no' | 'unknown' | 'undecidable';

/** An answer, and for any but `yes` the reason in a few words. */
export interface Reasoned {
  readonly answer: Answer;
  readonly reason: string;
}

/** How conditions are asked. */
export interface Asking {
  readonly subject: Subject;
  /** `require` must hold, `where` chooses resources: of two readings the one counts that lets less pass. */
  readonly purpose: 'require' | 'where';
  readonly showValue: boolean;
  /** Called with each question, and whether the subject has the attribute that it begins with. */
  readonly noted: (leaf: Leaf, isThere: boolean) => void;
}

const MAX_REASONS = 3;
/** Nobody asks why something holds. */
const YES: Reasoned = { answer: 'yes', reason: '' };

/** Whether the condition holds, or with `expected` false whether it does not. */
export function evaluate(condition: Condition, asking: Asking, expected = true): Reasoned {
  switch (condition.kind) {
    case 'leaf':
      return askLeaf(condition, asking, expected);
    case 'all':
      return combine(condition.conditions, asking, { expected, each: expected });
    case 'any':
      return combine(condition.conditions, asking, { expected, each: !expected });
    case 'none':
      return combine(condition.conditions, asking, { expected: !expected, each: expected });
  }
}

interface Combination {
  /** What each condition is expected to be. */
  readonly expected: boolean;
  /** Whether each must be so, or one is enough. */
  readonly each: boolean;
}

function combine(conditions: readonly Condition[], asking: Asking, { expected, each }: Combination): Reasoned {
  const answers = conditions.map((condition) => evaluate(condition, asking, expected));
  const answer = (each ? every : some)(answers.map((reasoned) => reasoned.answer));
  if (answer === 'yes') return YES;
  const reasons = answers.filter((reasoned) => reasoned.answer === answer).map(({ reason }) => reason);
  return { answer, reason: reasons.slice(0, MAX_REASONS).join(each ? '; ' : ' or ') };
}

function askLeaf(leaf: Leaf, asking: Asking, expected: boolean): Reasoned {
  const { subject, purpose, noted } = asking;
  noted(leaf, hasRoot(leaf.path, subject));
  // `notEquals` asks the same of every value as `equals`, and wants the contrary.
  const wanted = expected !== leaf.isNegated;
  const isStrict = expected === (purpose === 'require');
  const match = leaf.match ?? (isStrict ? 'every' : 'some');
  // Said of the operator as it is written; where the condition must not hold, the other way round.
  const quantifier = expected ? match : opposite(match);
  return tally(leaf, asking, { wanted, quantifier });
}

interface Question {
  /** Whether the test must hold for a value to pass. */
  readonly wanted: boolean;
  /** How many values must pass. */
  readonly quantifier: Match;
}

function tally(leaf: Leaf, asking: Asking, { wanted, quantifier }: Question): Reasoned {
  const answers = new Set<Answer>();
  const reasons = new Map<Answer, string[]>();
  for (const hit of find(leaf.path, asking.subject)) {
    const { answer, reason } = askHit(hit, leaf, { wanted, showValue: asking.showValue });
    answers.add(answer);
    const given = reasons.get(answer) ?? [];
    if (given.length < MAX_REASONS) reasons.set(answer, [...given, reason]);
  }
  const answer = (quantifier === 'every' ? every : some)([...answers]);
  if (answer === 'yes') return YES;
  const none = `nothing stands at ${leaf.path.text}, and something there must${wanted ? '' : ' not'} ${leaf.test.words}`;
  return { answer, reason: (reasons.get(answer) ?? [none]).join('; ') };
}

/** What a hit says, and with which value it says so. */
function askHit(hit: Hit, leaf: Leaf, { wanted, showValue }: { wanted: boolean; showValue: boolean }): Reasoned {
  const holds = holdsAt(hit, leaf);
  if (holds === 'unknown') return { answer: 'unknown', reason: `${hit.place} is known only after apply` };
  if (holds === 'masked') {
    return { answer: 'undecidable', reason: `${hit.place} is sensitive, so it cannot be compared` };
  }
  if (typeof holds === 'object') return { answer: 'undecidable', reason: `${hit.place} ${holds.misfit}` };
  if (holds === wanted) return YES;
  const must = `${hit.place} must${wanted ? '' : ' not'} ${leaf.test.words}`;
  return { answer: 'no', reason: must + whatIs(hit, { wanted, showValue }) };
}

function holdsAt(hit: Hit, { test }: Leaf): TestAnswer {
  switch (hit.kind) {
    case 'value':
      return test.holds(hit.value, hit.unknown);
    case 'unset':
      return false;
    case 'unknown':
      return 'unknown';
    case 'masked':
      return test.passesMasked ?? 'masked';
    case 'misfit':
      return { misfit: hit.why };
  }
}

function whatIs(hit: Hit, { wanted, showValue }: { wanted: boolean; showValue: boolean }): string {
  if (hit.kind === 'unset') return wanted ? ', and is not set' : '';
  return hit.kind === 'value' && showValue ? shownValue(hit.place, hit.value) : '';
}

/** What decides when all must be so: a single no, then what cannot be told. */
function every(answers: readonly Answer[]): Answer {
  return ORDER.find((answer) => answer !== 'yes' && answers.includes(answer)) ?? 'yes';
}

/** What decides when one is enough. */
function some(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return ORDER.find((answer) => answer !== 'no' && answers.includes(answer)) ?? 'no';
}

const ORDER: readonly Answer[] = ['no', 'undecidable', 'unknown'];

function opposite(match: Match): Match {
  return match === 'every' ? 'some' : 'every';
}
