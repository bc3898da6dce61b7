import path from 'node:path';
import type { ConfigOptions, DevelopmentDefault, Role } from './options.js';
import { environmentSso, type EnvironmentSso } from './environment-sso.js';
import { ConfigError, type Problem } from './errors.js';
import type { Address } from './formats.js';
import { readRawValues, type Environment } from './raw-values.js';
import { checkRules, isLocal } from './rules.js';
import type { ProxyAddress } from './proxy-url.js';
import type { RedisAddress } from './redis-url.js';
import type { SecretText } from './secret-text.js';
import { ENVIRONMENT, factsOf, isVariable, type Values } from './variables.js';

/** Where the rows are. */
export type Database =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'external'; readonly url: SecretText; readonly migrationUrl: SecretText };

/** The environment, checked. Paths are absolute. */
export interface Config {
  readonly roles: readonly Role[];
  readonly listen: Address;
  readonly metricsListen: Address;
  /** Whether the operator chose that address: then it must be free. */
  readonly metricsChosen: boolean;
  /** Whether counters name organizations. */
  readonly metricsPerOrganization: boolean;
  /** Origin, without a slash at its end. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly database: Database;
  /** Where tickets are; null keeps them in Postgres. */
  readonly redis: RedisAddress | null;
  readonly migrate: boolean;
  /** Each 32 bytes in base64, newest first; empty only with embedded Postgres, which generates one. */
  readonly encryptionKeys: readonly SecretText[];
  /** Null when not set; embedded mode generates one. */
  readonly bootstrapToken: SecretText | null;
  readonly terraformOrigins: readonly string[];
  readonly egressCidrs: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly caBundleFile: string | null;
  /** What https connections to the outside go through; null for the direct way. */
  readonly proxy: ProxyAddress | null;
  /** Whom to reach without it. */
  readonly noProxy: readonly string[];
  /** The API of the Kubernetes that this process runs in. */
  readonly kubernetesApi: Address | null;
  readonly development: boolean;
  readonly timeScale: number;
  readonly apiRequestsPerSecond: number;
  readonly concurrency: number;
  readonly logLevel: 'info' | 'warn' | 'error';
  /** Between the DELETE of an organization and its purge. */
  readonly purgeAfterDays: number;
  /** Where heads of audit trails are kept; null: in the log. */
  readonly auditHeadsFile: string | null;
  readonly spoolDir: string;
  readonly spoolBytes: number;
  readonly sandbox: 'auto' | 'full' | 'limited' | 'weak';
  readonly pluginsDir: string | null;
  /** Where a runner of its own listens; null: the process starts one. */
  readonly runnerSocket: string | null;
  /** The connection of the platform that the environment sets; null: people make connections. */
  readonly sso: EnvironmentSso | null;
}

/** Reads and checks the environment; throws one `ConfigError` that lists everything wrong with it. */
export function readConfig(env: Environment, options: ConfigOptions): Config {
  const problems: Problem[] = [];
  const merged = { ...options.defaults, ...withoutEmpty(env) };
  const values = parseValues(readRawValues(merged, problems), problems);
  const development = values.RUNGATE_DEV ?? developsByDefault(values, merged, options.development ?? 'never');
  const named = new Set(problems.map(({ variable }) => variable.replace(/_FILE$/, '')));
  // A rule about a value that could not be read would only confuse.
  const broken = checkRules({ values, env: merged, development, options }).filter(
    ({ variable }) => !named.has(variable),
  );
  if (problems.length + broken.length > 0) throw new ConfigError([...problems, ...broken]);
  return toConfig(values, { roles: options.roles, development, kubernetesApi: kubernetesApi(env) });
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

/** Each variable by its own format; what is wrong goes to `problems`. */
export function parseValues(raw: Record<string, string>, problems: Problem[]): Values {
  const answer = ENVIRONMENT.safeParse(raw);
  if (answer.success) return answer.data;
  const wrong = new Map(answer.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
  for (const [variable, message] of wrong) problems.push({ variable, text: `${message}${example(variable)}` });
  const rest = Object.entries(raw).filter(([name]) => !wrong.has(name));
  return ENVIRONMENT.parse(Object.fromEntries(rest));
}

function example(variable: string): string {
  return isVariable(variable) ? `, for example ${factsOf(variable).example}` : '';
}

function developsByDefault(values: Values, env: Environment, when: DevelopmentDefault): boolean {
  if (when === 'never' || (when === 'embedded' && values.DATABASE_URL)) return false;
  return isLocal(values, env);
}

type Circumstances = Pick<Config, 'roles' | 'development' | 'kubernetesApi'>;

/** The port that exporters of OpenTelemetry use. */
const METRICS_LISTEN: Address = { host: '127.0.0.1', port: 9464 };

function toConfig(values: Values, circumstances: Circumstances): Config {
  const dataDir = path.resolve(values.RUNGATE_DATA_DIR);
  const { RUNGATE_SPOOL_DIR: spoolDir, RUNGATE_PLUGINS_DIR: pluginsDir } = values;
  return {
    ...circumstances,
    listen: values.RUNGATE_LISTEN,
    ...toMetrics(values),
    publicUrl: publicUrlOf(values),
    dataDir,
    database: toDatabase(values),
    redis: values.REDIS_URL ?? null,
    migrate: values.RUNGATE_MIGRATE,
    encryptionKeys: values.RUNGATE_ENCRYPTION_KEY ?? [],
    bootstrapToken: values.RUNGATE_BOOTSTRAP_TOKEN ?? null,
    ...toOutside(values),
    trustedProxies: values.RUNGATE_TRUSTED_PROXIES ?? [],
    timeScale: values.RUNGATE_TIME_SCALE,
    apiRequestsPerSecond: values.RUNGATE_API_REQUESTS_PER_SECOND,
    concurrency: values.RUNGATE_CONCURRENCY,
    logLevel: values.RUNGATE_LOG_LEVEL,
    purgeAfterDays: values.RUNGATE_PURGE_AFTER_DAYS,
    auditHeadsFile:
      absolute(values.RUNGATE_AUDIT_HEADS_FILE) ??
      (values.DATABASE_URL ? null : path.join(dataDir, 'audit-heads.jsonl')),
    spoolDir: spoolDir === undefined ? path.join(dataDir, 'spool') : path.resolve(spoolDir),
    spoolBytes: values.RUNGATE_SPOOL_BYTES,
    sandbox: values.RUNGATE_SANDBOX,
    pluginsDir: absolute(pluginsDir),
    runnerSocket: values.RUNGATE_RUNNER_SOCKET ?? null,
    sso: environmentSso(values),
  };
}

/** Where people and Terraforms find this installation. */
export function publicUrlOf(values: Values): string {
  return values.RUNGATE_PUBLIC_URL ?? `http://${formatAddress(values.RUNGATE_LISTEN)}`;
}

function toMetrics({ RUNGATE_METRICS_LISTEN: listen, RUNGATE_METRICS_LABELS: labels }: Values) {
  return {
    metricsListen: listen ?? METRICS_LISTEN,
    metricsChosen: listen !== undefined,
    metricsPerOrganization: labels === 'organization',
  };
}

type Outside = Pick<Config, 'terraformOrigins' | 'egressCidrs' | 'caBundleFile' | 'proxy' | 'noProxy'>;

function toOutside(values: Values): Outside {
  return {
    terraformOrigins: values.RUNGATE_TERRAFORM_ORIGINS,
    egressCidrs: values.RUNGATE_EGRESS_CIDRS ?? [],
    caBundleFile: absolute(values.RUNGATE_CA_BUNDLE_FILE),
    proxy: values.HTTPS_PROXY ?? null,
    noProxy: values.NO_PROXY ?? [],
  };
}

/** Kubernetes tells every pod where its API is. */
function kubernetesApi({ KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' }: Environment) {
  return host === '' ? null : { host, port: /^\d+$/.test(port) ? Number(port) : HTTPS_PORT };
}

const HTTPS_PORT = 443;

function absolute(file: string | undefined): string | null {
  return file === undefined ? null : path.resolve(file);
}

/** Where the rows are, by the variables. */
export function toDatabase({ DATABASE_URL: url, RUNGATE_MIGRATION_DATABASE_URL: migrationUrl }: Values): Database {
  return url ? { kind: 'external', url, migrationUrl: migrationUrl ?? url } : { kind: 'embedded' };
}

function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
