import type { z } from 'zod';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** JSON pointer into the configuration; empty for the whole of it. */
  readonly pointer: string;
  readonly message: string;
}

/** What zod found, one problem per place: an unknown key is pointed at itself, not at the object that holds it. */
export function toConfigProblems(issues: readonly z.core.$ZodIssue[]): readonly ConfigProblem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), message: 'This key is not known.' }))
      : [{ pointer: toPointer(issue.path), message: issue.message }],
  );
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
