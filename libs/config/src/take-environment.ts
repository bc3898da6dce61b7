import type { Environment } from './raw-values.js';
import { factsOf, isVariable } from './variables.js';

/**
 * A copy of the environment. The secrets are removed from the original: whatever prints or passes on `process.env` later
 * has none of them.
 */
export function takeEnvironment(env: Record<string, string | undefined>): Environment {
  const taken = { ...env };
  for (const name of Object.keys(env)) {
    if (isVariable(name) && factsOf(name).secret === true) Reflect.deleteProperty(env, name);
  }
  return taken;
}
