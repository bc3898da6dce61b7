import { accessSync, constants } from 'node:fs';
import { ssoProblems } from './environment-sso.js';
import type { Problem } from './errors.js';
import { isLoopback } from './formats.js';
import type { Environment } from './raw-values.js';
import { ROLES, type ConfigOptions } from './options.js';
import type { Values } from './variables.js';

/** What the rules look at. */
export interface Situation {
  readonly values: Values;
  readonly env: Environment;
  readonly development: boolean;
  readonly options: ConfigOptions;
}

/** The rules that span several variables; empty when all hold. */
export function checkRules(situation: Situation): readonly Problem[] {
  return [
    ...(situation.development ? developmentProblems(situation) : productionProblems(situation)),
    ...databaseProblems(situation),
    ...listenerProblems(situation),
    ...fileProblems(situation),
    ...pluginProblems(situation.values),
    ...ssoProblems(situation),
  ];
}

/** Whether nothing in the environment points at a network: development mode must never meet one. */
export function isLocal(values: Values, env: Environment): boolean {
  return networkTraces(values, env).length === 0;
}

function developmentProblems({ values, env }: Situation): readonly Problem[] {
  return networkTraces(values, env).map((trace) => ({
    variable: 'RUNGATE_DEV',
    text: `is on, but ${trace}; development must not meet a network: set RUNGATE_DEV=0, or keep everything on loopback`,
  }));
}

function networkTraces(values: Values, env: Environment): readonly string[] {
  const { RUNGATE_LISTEN: listen, RUNGATE_PUBLIC_URL: publicUrl } = values;
  const databases = (['DATABASE_URL', 'RUNGATE_MIGRATION_DATABASE_URL'] as const).filter((name) => {
    const url = values[name];
    return url !== undefined && !isLoopbackDatabase(url.reveal());
  });
  return [
    ...(isLoopback(listen.host) ? [] : [`RUNGATE_LISTEN is ${listen.host}, which is not loopback`]),
    ...(publicUrl === undefined || isLoopback(new URL(publicUrl).hostname)
      ? []
      : [`RUNGATE_PUBLIC_URL is ${publicUrl}, which is not loopback`]),
    ...databases.map((name) => `${name} is not on loopback`),
    ...(values.REDIS_URL?.nodes.every(({ host }) => isLoopback(host)) === false
      ? ['REDIS_URL is not on loopback']
      : []),
    ...(env.NODE_ENV === 'production' ? ['NODE_ENV is production'] : []),
    ...(env.KUBERNETES_SERVICE_HOST ? ['this is a pod of Kubernetes (KUBERNETES_SERVICE_HOST is set)'] : []),
  ];
}

/** `pg` prefers the parameter `host`; a path there is a socket of this machine. */
function isLoopbackDatabase(text: string): boolean {
  const url = new URL(text);
  const host = url.searchParams.get('host') ?? url.hostname;
  return host === '' || host.startsWith('/') || host.startsWith('%2F') || isLoopback(host);
}

function productionProblems({ values, env, options }: Situation): readonly Problem[] {
  const { RUNGATE_PUBLIC_URL: publicUrl, RUNGATE_TERRAFORM_ORIGINS: origins, RUNGATE_TIME_SCALE: scale } = values;
  const plain = origins.filter((origin) => !origin.startsWith('https:'));
  return [
    ...problem(publicUrl?.startsWith('https:') !== true, 'RUNGATE_PUBLIC_URL', HTTPS_NEEDED),
    ...problem(
      plain.length > 0,
      'RUNGATE_TERRAFORM_ORIGINS',
      `must be https outside development: change ${plain.join(', ')}`,
    ),
    ...problem(scale !== 1, 'RUNGATE_TIME_SCALE', 'works in development alone; remove it, or set RUNGATE_DEV=1'),
    ...inspectorProblems(env, options.execArgv ?? []),
  ];
}

const HTTPS_NEEDED =
  'must be an https address outside development, for example https://rungate.example.com (to try Rungate on this machine alone, set RUNGATE_DEV=1)';

/** Whether Node was asked to open the process to others. */
export function inspectorProblems(env: Environment, execArgv: readonly string[]): readonly Problem[] {
  return problem(
    hasInspector([env.NODE_OPTIONS ?? '', ...execArgv]),
    'NODE_OPTIONS',
    'opens an inspector or loads code, which is refused outside development; remove it',
  );
}

// Options that open the process to others. Sizes of the heap and the like stay possible.
function hasInspector(options: readonly string[]): boolean {
  return /(^|[\s"'])(--inspect|--debug|--require|-r|--import|--loader|--experimental-loader)/.test(options.join(' '));
}

function databaseProblems({ values, options }: Situation): readonly Problem[] {
  const missing = ROLES.filter((role) => !options.roles.includes(role));
  const { DATABASE_URL: url, RUNGATE_MIGRATION_DATABASE_URL: migrationUrl } = values;
  return [
    ...problem(
      !url && missing.length > 0,
      'DATABASE_URL',
      `is needed where not all roles run (${missing.join(', ')} missing): embedded Postgres belongs to a process that has them all. Set it, for example postgres://rungate:password@db.example.com:5432/rungate`,
    ),
    ...problem(
      !url && migrationUrl !== undefined,
      'RUNGATE_MIGRATION_DATABASE_URL',
      'is set without DATABASE_URL; set both, or neither for embedded Postgres',
    ),
    ...encryptionKeyProblems(values),
  ];
}

/** Whether what is sealed in a Postgres of one's own can be opened. */
export function encryptionKeyProblems({
  DATABASE_URL: url,
  RUNGATE_ENCRYPTION_KEY: keys,
}: Pick<Values, 'DATABASE_URL' | 'RUNGATE_ENCRYPTION_KEY'>): readonly Problem[] {
  return problem(
    url !== undefined && !keys,
    'RUNGATE_ENCRYPTION_KEY',
    'is needed with DATABASE_URL; set the output of `openssl rand -base64 32`, the same for every process',
  );
}

function listenerProblems({ values }: Situation): readonly Problem[] {
  const { RUNGATE_LISTEN: listen, RUNGATE_METRICS_LISTEN: metrics } = values;
  return [
    ...problem(
      listen.port === 0 && !values.RUNGATE_PUBLIC_URL,
      'RUNGATE_LISTEN',
      'has port 0, so nobody knows the public address; choose a port, for example 127.0.0.1:3000',
    ),
    ...problem(
      listen.port !== 0 && listen.port === metrics?.port && listen.host === metrics.host,
      'RUNGATE_METRICS_LISTEN',
      'is the same address as RUNGATE_LISTEN; metrics have a port of their own, for example 127.0.0.1:9464',
    ),
  ];
}

function fileProblems({ values }: Situation): readonly Problem[] {
  const file = values.RUNGATE_CA_BUNDLE_FILE;
  return problem(
    file !== undefined && !isReadable(file),
    'RUNGATE_CA_BUNDLE_FILE',
    `cannot read ${file ?? ''}; name a PEM file that this user may read`,
  );
}

function pluginProblems({ RUNGATE_PLUGINS_DIR: directory, RUNGATE_RUNNER_SOCKET: socket }: Values): readonly Problem[] {
  return [
    ...problem(
      directory !== undefined && socket !== undefined,
      'RUNGATE_PLUGINS_DIR',
      'is set together with RUNGATE_RUNNER_SOCKET; plugins belong to the runner: set it there alone',
    ),
    ...directoryProblems(directory),
  ];
}

/** Whether the directory of plugins can be read. */
export function directoryProblems(directory: string | undefined): readonly Problem[] {
  return problem(
    directory !== undefined && !isReadable(directory),
    'RUNGATE_PLUGINS_DIR',
    `cannot read ${directory ?? ''}; name a directory that this user may read`,
  );
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function problem(wrong: boolean, variable: string, text: string): readonly Problem[] {
  return wrong ? [{ variable, text }] : [];
}
