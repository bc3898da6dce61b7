import { existsSync, readFileSync } from 'node:fs';
import type { Problem } from './errors.js';
import { factsOf, isVariable, VARIABLES } from './variables.js';

/** An environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of the command line's client, which share the prefix. */
const CLIENT = ['RUNGATE_URL', 'RUNGATE_TOKEN'];

/** What Kubernetes puts into every pod for a service named `rungate…`. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$|_PORT(_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)?$/;

/** The text of each variable that is set, secrets read from their files; an empty one counts as unset. */
export function readRawValues(env: Environment, problems: Problem[]): Record<string, string> {
  const names = Object.keys(VARIABLES).filter(isVariable);
  const values = names.flatMap((name) => {
    const { secret = false, smallLetters = false } = factsOf(name);
    const given = secret ? readSecret(name, env, problems) : env[name];
    const text = smallLetters && (given === undefined || given === '') ? env[name.toLowerCase()] : given;
    return text === undefined || text === '' ? [] : [[name, text] as const];
  });
  problems.push(...unknownVariables(env));
  return Object.fromEntries(values);
}

function readSecret(name: string, env: Environment, problems: Problem[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return env[name];
  if (env[name] !== undefined && env[name] !== '') {
    problems.push({ variable: name, text: `is set together with ${name}_FILE; keep one of them` });
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = existsSync(file) ? String(error instanceof Error ? error.message : error) : 'there is no such file';
    problems.push({ variable: `${name}_FILE`, text: `cannot read ${file}: ${reason}` });
    return undefined;
  }
}

function unknownVariables(env: Environment): readonly Problem[] {
  const known = Object.keys(VARIABLES).filter(isVariable);
  const names = [...known, ...known.filter((name) => factsOf(name).secret).map((name) => `${name}_FILE`), ...CLIENT];
  return Object.keys(env)
    .filter((name) => name.startsWith('RUNGATE_') && !names.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => {
      const near = nearest(name, names);
      return {
        variable: name,
        text: near ? `is not known; did you mean ${near}?` : 'is not known to this version; remove it',
      };
    });
}

function nearest(name: string, candidates: readonly string[]): string | null {
  const ranked = candidates
    .map((candidate) => ({ candidate, steps: editDistance(name, candidate) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best && best.steps <= 4 ? best.candidate : null;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
