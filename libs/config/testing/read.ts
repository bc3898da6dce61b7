import { ConfigError, readConfig, ROLES, type ConfigOptions, type Environment } from '../src/index.js';

/** A valid encryption key. */
export const KEY = Buffer.alloc(32, 7).toString('base64');
/** A valid bootstrap token. */
export const TOKEN = 'bootstrap-token-of-thirty-two-characters';
/** The smallest environment that starts: development on loopback. */
export const LOCAL: Environment = { RUNGATE_DEV: '1' };
/** The smallest environment that starts outside development. */
export const PRODUCTION: Environment = {
  RUNGATE_LISTEN: '0.0.0.0:3000',
  RUNGATE_PUBLIC_URL: 'https://rungate.example.com',
  DATABASE_URL: 'postgres://rungate:canary-password@db.example.com/rungate',
  RUNGATE_ENCRYPTION_KEY: KEY,
};

/** Reads with every role, unless told otherwise. */
export const read = (env: Environment, options: Partial<ConfigOptions> = {}) =>
  readConfig(env, { roles: ROLES, ...options });

/** Every problem as `VARIABLE text`; empty when the environment is good. */
export function problemsOf(env: Environment, options: Partial<ConfigOptions> = {}): readonly string[] {
  try {
    read(env, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable, text }) => `${variable} ${text}`);
    throw error;
  }
  return [];
}

/** Exactly one problem, of that pattern. */
export const expectProblem = (problems: readonly string[], pattern: RegExp) => {
  expect(problems).toEqual([expect.stringMatching(pattern)]);
};
