import { clockAndNameScenarios } from './clock-and-names.js';
import { hostScenarios } from './callback-host.js';
import { neighbourScenarios } from './neighbours.js';
import { postgresScenarios } from './postgres.js';
import { processScenarios } from './processes.js';
import { queueScenarios } from './queue.js';
import { requestScenarios } from './requests.js';
import type { Scenario } from './scenario.js';

/** Every scenario, in the order in which they are told. */
export const SCENARIOS: readonly Scenario[] = [
  ...processScenarios,
  ...queueScenarios,
  ...postgresScenarios,
  ...hostScenarios,
  ...requestScenarios,
  ...neighbourScenarios,
  ...clockAndNameScenarios,
];
