import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { readConfig, type Config, type DevelopmentDefault, type Environment, type Role } from '@rungate/config';
import { createLog } from '@rungate/telemetry';
import { Cleanup } from './cleanup.js';
import { openDatabase } from './database.js';
import { listen } from './http.js';
import { openOutside, startChecks } from './outside.js';
import { rootModule } from './root-module.js';
import { seedDevelopment } from './seed.js';

export interface PlatformOptions {
  readonly env: Environment;
  readonly roles: readonly Role[];
  readonly development: DevelopmentDefault;
  /** Values for variables that are not set. */
  readonly defaults?: Environment;
}

/** A running process with its roles. */
export interface Platform {
  readonly url: string;
  readonly bootstrapToken: string | null;
  /** Orderly stop: nothing new is taken, what is in flight ends or is handed over. */
  close(): Promise<void>;
}

/**
 * Starts every role of this process, in the order in which they need one another. Whatever fails, what was started before
 * is stopped again, and the error says what to do.
 */
export async function startPlatform({ env, roles, development, defaults = {} }: PlatformOptions): Promise<Platform> {
  const config = readConfig(env, { roles, development, defaults, execArgv: process.execArgv });
  const cleanup = new Cleanup();
  try {
    return await start(config, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(config: Config, cleanup: Cleanup): Promise<Platform> {
  const log = createLog({ level: config.logLevel });
  const options = { config, log, cleanup };
  // The other roles call nobody and judge nothing.
  const runner = config.roles.includes('worker') ? startChecks(options) : null;
  const database = await openDatabase(options);
  const outside = runner === null ? null : await openOutside(options, { runner, database: database.endpoint });
  const draining = { now: false };
  const module = rootModule({
    config,
    log,
    ...database,
    outside,
    workerId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    isDraining: () => draining.now,
  });
  const seeds = config.development && config.roles.includes('api') && database.isNew;
  const [url] = await Promise.all([
    listen({ module, config, cleanup }),
    seeds ? seedDevelopment(database.postgres.organizations) : null,
  ]);
  return {
    url,
    bootstrapToken: database.secrets.bootstrapToken,
    async close() {
      draining.now = true;
      await cleanup.run();
    },
  };
}
