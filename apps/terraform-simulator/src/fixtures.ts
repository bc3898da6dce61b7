import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SimulatorError } from './errors.js';

/**
 * The JSON plan of a fixture, as `terraform show -json` printed it.
 * @throws SimulatorError `unknown_fixture`
 */
export function fixturePlan(name: string): Buffer {
  const file = path.join(fixturesFolder(), name, 'plan.json');
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
    throw new SimulatorError(
      'unknown_fixture',
      `No plan fixture is named ${name}; there are ${fixtureNames().join(', ')}.`,
    );
  }
  return readFileSync(file);
}

/** The names of all fixtures, sorted. */
export function fixtureNames(): readonly string[] {
  return readdirSync(fixturesFolder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(fixturesFolder(), entry.name, 'plan.json')))
    .map(({ name }) => name)
    .sort();
}

/** The build copies no JSON: from dist/ the way to the fixtures leads up to the folder that holds package.json. */
function fixturesFolder(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new SimulatorError('unknown_fixture', 'The plan fixtures are only in a checkout.');
    folder = parent;
  }
  return path.join(folder, 'apps/terraform-simulator/fixtures');
}
