import { checkList, readShape, type CheckBody } from '@rungate/contract';
import { CommandError } from '../errors.js';
import { faultOf } from '../explain.js';

/** The checks that a file holds. @throws CommandError that names every fault. */
export function checkListOf(json: unknown): readonly CheckBody[] {
  const reading = readShape(checkList, json, '/checks');
  if (reading.ok) return reading.value;
  const faults = reading.violations.map((violation) => `  ${faultOf(violation, { '/checks': '--checks' })}`);
  throw new CommandError('usage', ['These checks cannot be used:', ...faults].join('\n'));
}
