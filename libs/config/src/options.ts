import type { Environment } from './raw-values.js';

/** The roles that a process can take. */
export const ROLES = ['ingress', 'worker', 'api'] as const;

/** One of the roles that a process can take. */
export type Role = (typeof ROLES)[number];

/**
 * When development is on without `RUNGATE_DEV`: never, with embedded Postgres, or always; and then only while
 * listener, public URL and database are on loopback.
 */
export type DevelopmentDefault = 'never' | 'embedded' | 'always';

/** What the command says besides the environment. */
export interface ConfigOptions {
  readonly roles: readonly Role[];
  readonly development?: DevelopmentDefault;
  /** Values for variables that are not set. */
  readonly defaults?: Environment;
  /** Node's own options, `process.execArgv`: an inspector is refused outside development. */
  readonly execArgv?: readonly string[];
}
