import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignInChoice } from '@rungate/api';
import { readConfig, type Config, type DevelopmentDefault, type Environment, type Role } from '@rungate/config';
import { createLog, createMetrics } from '@rungate/telemetry';
import { firstOwnerLink } from '../first-owner-link.js';
import { untilBroken } from './broken.js';
import { startChecks, untilDescribed } from './checks.js';
import { Cleanup } from './cleanup.js';
import { openDatabase, type Database, type OpenOptions } from './database.js';
import { startDevelopmentSignIn } from './development.js';
import { setEnvironmentSignIn } from './environment-sign-in.js';
import type { listen } from './http.js';
import type { listenForMetrics } from './metrics-listener.js';
import type { openOutside } from './outside.js';
import type { healthOf, Parts, rootModule } from './root-module.js';
import { seedDevelopment } from './seed.js';
import { version } from '../version.js';

export interface PlatformOptions {
  readonly env: Environment;
  readonly roles: readonly Role[];
  readonly development: DevelopmentDefault;
  /** Values for variables that are not set. */
  readonly defaults?: Environment;
  /** Aborts when the stop that was asked for should not wait for work in flight. */
  readonly hurry: AbortSignal;
}

/** A running process with its roles. */
export interface Platform {
  readonly url: string;
  readonly bootstrapToken: string | null;
  /** A way in for the first owner; null where there is one, or the development sign-in, or no API. */
  setupUrl(): Promise<string | null>;
  /** Resolves when only a new process can help; then it should be closed, and end with a failure. */
  readonly broken: Promise<void>;
  /** Orderly stop: nothing new is taken, what is in flight ends or is handed over. */
  close(): Promise<void>;
}

/**
 * Starts every role of this process, in the order in which they need one another. Whatever fails, what was started before
 * is stopped again, and the error says what to do.
 */
export async function startPlatform({
  env,
  roles,
  development,
  defaults = {},
  hurry,
}: PlatformOptions): Promise<Platform> {
  const config = readConfig(env, { roles, development, defaults, execArgv: process.execArgv });
  const cleanup = new Cleanup();
  try {
    const log = createLog({ level: config.logLevel });
    return await start({ config, log, cleanup }, hurry);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(options: OpenOptions, hurry: AbortSignal): Promise<Platform> {
  const { config, log, cleanup } = options;
  // An ingress calls nobody and judges nothing.
  const runner = startChecks(options);
  const broken = untilBroken({ roles: config.roles, log });
  const opening = openDatabase(options, broken.because);
  const roles = await loadRoles(opening);
  const database = await opening;
  const outside = runner === null ? null : await roles.openOutside(options, { runner, own: database.endpoints });
  // A catalogue without the plugins of others would refuse what it took yesterday.
  if (runner !== null && (config.pluginsDir ?? config.runnerSocket) !== null) await untilDescribed(runner);
  const draining = { now: false };
  let personas: readonly SignInChoice[] = [];
  const metrics = createMetrics({ perOrganization: config.metricsPerOrganization });
  metrics.watch('rungate_info', () => ({ [version()]: 1 }));
  const parts: Parts = {
    config: withoutKeys(config),
    log,
    metrics,
    ...database,
    outside,
    plugins: () => runner?.plugins ?? [],
    workerId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    hurry,
    isDraining: () => draining.now,
    personas: () => personas,
  };
  const module = roles.rootModule(parts);
  await roles.listenForMetrics({ config, metrics, health: roles.healthOf(parts), log, cleanup });
  const listening = roles.listen({ module, config, cleanup });
  const people = config.roles.includes('api') ? signInPeople(options, database) : [];
  // Neither fails before both have ended: what a start left behind would outlive the clean-up.
  await Promise.allSettled([listening, people]);
  personas = await people;
  return {
    url: await listening,
    bootstrapToken: database.bootstrapToken,
    async setupUrl() {
      if (config.development || !config.roles.includes('api')) return null;
      return firstOwnerLink(
        { connections: database.postgres.connections, publicUrl: config.publicUrl },
        'rungate serve',
      );
    },
    broken: broken.asked,
    async close() {
      draining.now = true;
      log.info('stopping', {});
      await cleanup.run();
      log.info('stopped', {});
    },
  };
}

/** In development there are people to be; otherwise those of a development before are nobody (P0-11). */
async function signInPeople(
  { config, cleanup }: OpenOptions,
  { postgres, isNew }: Database,
): Promise<readonly SignInChoice[]> {
  await setEnvironmentSignIn(config.sso, postgres);
  if (!config.development) {
    await postgres.sessions.endDevelopment();
    return [];
  }
  if (isNew) await seedDevelopment(postgres.organizations);
  return startDevelopmentSignIn({ config, postgres, cleanup });
}

/** What the roles get: the database is open by then, and nothing else needs the master keys. */
function withoutKeys(config: Config): Config {
  return { ...config, encryptionKeys: [], bootstrapToken: null };
}

interface Roles {
  readonly listen: typeof listen;
  readonly listenForMetrics: typeof listenForMetrics;
  readonly healthOf: typeof healthOf;
  readonly openOutside: typeof openOutside;
  readonly rootModule: typeof rootModule;
}

/** By then Postgres has been told to start. */
const SPAWNED_MS = 20;

/** Loads most of the program while Postgres starts on another core: together they are most of a start's time. */
async function loadRoles(opening: Promise<unknown>): Promise<Roles> {
  // Whoever awaits it next hears of a failure; until then it is nobody's.
  opening.catch(() => undefined);
  await sleep(SPAWNED_MS);
  const [http, metrics, outside, root] = await Promise.all([
    import('./http.js'),
    import('./metrics-listener.js'),
    import('./outside.js'),
    import('./root-module.js'),
  ]);
  const { rootModule, healthOf } = root;
  const { listenForMetrics } = metrics;
  return { listen: http.listen, listenForMetrics, openOutside: outside.openOutside, rootModule, healthOf };
}
