import path from 'node:path';
import { ConfigError, type Problem } from './errors.js';
import type { Address } from './formats.js';
import { readRawValues, type Environment } from './raw-values.js';
import { parseValues } from './read-config.js';
import { directoryProblems, inspectorProblems } from './rules.js';

/** The environment of a runner of its own, checked. Paths are absolute. */
export interface RunnerConfig {
  /** For its health alone. */
  readonly listen: Address;
  /** Where workers find it. */
  readonly socket: string;
  readonly pluginsDir: string | null;
  readonly sandbox: 'auto' | 'full' | 'limited' | 'weak';
  /** Assignments at once. */
  readonly concurrency: number;
  readonly logLevel: 'info' | 'warn' | 'error';
}

/** What a process that runs the code of others must not hold. */
const FORBIDDEN = [
  'DATABASE_URL',
  'RUNGATE_MIGRATION_DATABASE_URL',
  'REDIS_URL',
  'RUNGATE_ENCRYPTION_KEY',
  'RUNGATE_BOOTSTRAP_TOKEN',
];

/** Reads and checks the environment of a runner; throws one `ConfigError` that lists everything wrong with it. */
export function readRunnerConfig(env: Environment, execArgv: readonly string[] = []): RunnerConfig {
  const problems: Problem[] = [];
  const values = parseValues(readRawValues(withoutForbidden(env), problems), problems);
  const { RUNGATE_RUNNER_SOCKET: socket, RUNGATE_PLUGINS_DIR: pluginsDir } = values;
  problems.push(...forbiddenProblems(env), ...directoryProblems(pluginsDir), ...inspectorProblems(env, execArgv));
  if (socket === undefined && !problems.some(({ variable }) => variable === 'RUNGATE_RUNNER_SOCKET')) {
    problems.push({
      variable: 'RUNGATE_RUNNER_SOCKET',
      text: 'is needed by the role runner; set the path of its socket, for example /run/rungate/runner.sock',
    });
  }
  if (problems.length > 0 || socket === undefined) throw new ConfigError(problems);
  return {
    listen: values.RUNGATE_LISTEN,
    socket,
    pluginsDir: pluginsDir === undefined ? null : path.resolve(pluginsDir),
    sandbox: values.RUNGATE_SANDBOX,
    concurrency: values.RUNGATE_CONCURRENCY,
    logLevel: values.RUNGATE_LOG_LEVEL,
  };
}

function forbiddenProblems(env: Environment): readonly Problem[] {
  const names = FORBIDDEN.flatMap((name) => [name, `${name}_FILE`]);
  return names
    .filter((name) => (env[name] ?? '') !== '')
    .map((variable) => ({
      variable,
      text: 'is set for a runner, which must hold no secret: remove it from the environment of this process',
    }));
}

/** Not even read: a file that is named may hold a secret. */
function withoutForbidden(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FORBIDDEN.includes(name.replace(/_FILE$/, ''))));
}
