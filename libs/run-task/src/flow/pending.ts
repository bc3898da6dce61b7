import type { Check } from '../model/check.js';
import type { Evaluation } from '../ports.js';

/** Checks of this stage that no earlier attempt has finished, in the order of the configuration. */
export function pendingChecks({ checks, stage, finished }: Evaluation): readonly Check[] {
  const done = new Set(finished.map((result) => result.name));
  return checks.filter((check) => check.stages.includes(stage) && !done.has(check.name));
}
