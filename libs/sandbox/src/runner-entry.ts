import { existsSync } from 'node:fs';
import path from 'node:path';
import { SandboxError } from './errors.js';

const COMPILED = 'runner/main.js';

/** The compiled entry of the runner: beside this file in `dist`, or in `dist` when this file runs from source. */
export function runnerEntry(): string {
  const candidates = [
    path.join(__dirname, COMPILED),
    path.resolve(__dirname, '../../../dist/libs/sandbox/src', COMPILED),
  ];
  const entry = candidates.find((candidate) => existsSync(candidate));
  if (entry === undefined) throw new SandboxError('not_built', 'The runner is not built: run npm run build.');
  return entry;
}
