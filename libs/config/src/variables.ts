import { z } from 'zod';
import * as formats from './formats.js';
import { proxyUrl } from './proxy-url.js';
import { redisUrl } from './redis-url.js';

/** What the reference and the problems say about a variable. */
export interface VariableFacts {
  readonly meaning: string;
  /** In words, when there is no fixed default. */
  readonly otherwise?: string;
  readonly example: string;
  /** May be given as a file through `<NAME>_FILE`. */
  readonly secret?: boolean;
  /** May be written in small letters, as other programs do. */
  readonly smallLetters?: boolean;
}

const FACTS = z.registry<VariableFacts>();

/** Every variable of the serving processes: its format, its default and its facts. */
export const VARIABLES = {
  RUNGATE_LISTEN: variable(formats.address.prefault('127.0.0.1:3000'), {
    meaning: 'Address and port that this process listens on.',
    example: '0.0.0.0:3000',
  }),
  RUNGATE_PUBLIC_URL: variable(formats.origin.optional(), {
    meaning: 'Address that HCP Terraform and people use; https outside development.',
    otherwise: '`http://<RUNGATE_LISTEN>`',
    example: 'https://rungate.example.com',
  }),
  RUNGATE_DATA_DIR: variable(formats.path.prefault('.rungate'), {
    meaning: 'Directory of embedded Postgres and of generated secrets.',
    example: '/var/lib/rungate',
  }),
  DATABASE_URL: variable(formats.postgresUrl.optional(), {
    meaning:
      'Own Postgres 15 or newer. Its login may create logins and a schema: it migrates and is then closed; serving uses the logins it made.',
    otherwise: 'embedded Postgres',
    example: 'postgres://rungate:password@db.example.com:5432/rungate',
    secret: true,
  }),
  RUNGATE_MIGRATION_DATABASE_URL: variable(formats.postgresUrl.optional(), {
    meaning:
      'Used by migrations alone, when set; of `DATABASE_URL` then only host, port, database and parameters count.',
    otherwise: '`DATABASE_URL`',
    example: 'postgres://owner:password@db.example.com:5432/rungate',
    secret: true,
  }),
  RUNGATE_MIGRATE: variable(formats.onOff.prefault('on'), {
    meaning: 'Whether pending migrations are applied at start; `off` refuses to start while any are pending.',
    example: 'off',
  }),
  REDIS_URL: variable(redisUrl.optional(), {
    meaning:
      'Redis 6.2 or newer, or Valkey, for the queue; every process the same. `rediss` is TLS; `redis+sentinel://host1,host2/master` and `redis+cluster://host1,host2` ([guide](../guides/redis.md)).',
    otherwise: 'the queue is kept in Postgres',
    example: 'rediss://rungate:password@redis.example.com:6379/0',
    secret: true,
  }),
  RUNGATE_ENCRYPTION_KEY: variable(formats.encryptionKeys.optional(), {
    meaning: 'Seals secrets at rest: 32 bytes in base64; while rotating several, newest first, separated by commas.',
    otherwise: 'generated in the data directory with embedded Postgres; required otherwise',
    example: 'the output of `openssl rand -base64 32`',
    secret: true,
  }),
  RUNGATE_BOOTSTRAP_TOKEN: variable(formats.bearerToken.optional(), {
    meaning: 'Operator API token for the first steps, at least 32 random characters. Remove it afterwards.',
    otherwise: 'generated in the data directory with embedded Postgres; none otherwise',
    example: 'the output of `openssl rand -hex 32`',
    secret: true,
  }),
  RUNGATE_TERRAFORM_ORIGINS: variable(
    formats.origins.prefault('https://app.terraform.io,https://app.eu.terraform.io'),
    {
      meaning:
        'Terraform origins that organizations may choose themselves, separated by commas; every other one awaits the approval of an operator ([guide](../guides/egress.md)).',
      example: 'https://app.terraform.io,https://tfe.example.com',
    },
  ),
  RUNGATE_EGRESS_CIDRS: variable(formats.networks.optional(), {
    meaning:
      'Private networks that an operator can grant to an origin of an organization, separated by commas. They grant nothing by themselves ([guide](../guides/egress.md)).',
    otherwise: 'none',
    example: '10.20.0.0/16',
  }),
  RUNGATE_DEV: variable(formats.flag.optional(), {
    meaning: '`1` allows http and loopback Terraform origins. Refused where it could meet a network.',
    otherwise: '`1` for the demo and for embedded Postgres while everything is on loopback, else `0`',
    example: '0',
  }),
  RUNGATE_TIME_SCALE: variable(formats.numberBetween(0.001, 10).prefault('1'), {
    meaning: 'Factor on deadlines, heartbeats and the reserve before a deadline; with `RUNGATE_DEV` alone.',
    example: '0.05',
  }),
  RUNGATE_API_REQUESTS_PER_SECOND: variable(formats.integerBetween(1, 100_000).prefault('100'), {
    meaning: 'Requests that one API token may send to one process, on average over ten seconds; more is answered 429.',
    example: '500',
  }),
  RUNGATE_CONCURRENCY: variable(formats.integerBetween(1, 1000).prefault('8'), {
    meaning: 'Task results that a worker process evaluates at once.',
    example: '16',
  }),
  RUNGATE_PURGE_AFTER_DAYS: variable(formats.integerBetween(1, 3650).prefault('30'), {
    meaning: 'Days between the DELETE of an organization and the removal of everything of it.',
    example: '90',
  }),
  RUNGATE_AUDIT_HEADS_FILE: variable(formats.path.optional(), {
    meaning:
      'File that the role `worker` appends the signed heads of the audit trails to, every minute: keep it where nobody who can change the database can change it. See docs/guides/audit.md.',
    otherwise: '`<RUNGATE_DATA_DIR>/audit-heads.jsonl` with embedded Postgres; otherwise heads go to the log',
    example: '/var/lib/rungate/audit-heads.jsonl',
  }),
  RUNGATE_LOG_LEVEL: variable(z.enum(['info', 'warn', 'error']).prefault('info'), {
    meaning: 'How much is logged: `info`, `warn` or `error`.',
    example: 'warn',
  }),
  RUNGATE_SPOOL_DIR: variable(formats.path.optional(), {
    meaning: 'Directory for plans while they are checked; removed afterwards.',
    otherwise: '`<RUNGATE_DATA_DIR>/spool`',
    example: '/var/cache/rungate',
  }),
  RUNGATE_SPOOL_BYTES: variable(formats.integerBetween(1_000_000, Number.MAX_SAFE_INTEGER).prefault('2147483648'), {
    meaning: 'Bytes that the spool may hold; a plan that does not fit is not checked, and the verdict says so.',
    example: '10737418240',
  }),
  RUNGATE_CA_BUNDLE_FILE: variable(formats.path.optional(), {
    meaning: 'PEM file of certificate authorities to trust in addition, for every origin.',
    otherwise: 'none',
    example: '/etc/rungate/ca.pem',
  }),
  HTTPS_PROXY: variable(proxyUrl.optional(), {
    meaning:
      'HTTP proxy for https connections to Terraforms; names are resolved and checked here first ([guide](../guides/egress.md)). Also read as `https_proxy`.',
    otherwise: 'none',
    example: 'http://proxy.example.com:3128',
    secret: true,
    smallLetters: true,
  }),
  NO_PROXY: variable(formats.exemptions.optional(), {
    meaning:
      'Hosts to reach without the proxy, separated by commas: names (with everything below them), addresses, CIDRs, `*`. Also read as `no_proxy`.',
    otherwise: 'none',
    example: 'tfe.example.com,10.0.0.0/8',
    smallLetters: true,
  }),
  RUNGATE_TRUSTED_PROXIES: variable(formats.networks.optional(), {
    meaning:
      'Proxies whose `X-Forwarded-For` counts for the address that the audit trail and tokens note, separated by commas.',
    otherwise: 'none',
    example: '10.0.0.0/8',
  }),
  RUNGATE_SSO_OIDC_ISSUER: variable(formats.issuer.optional(), {
    meaning:
      "Issuer of the OIDC provider that the platform's people sign in through, to the letter ([guide](../guides/sso.md#from-the-environment)). The connection is active at once; nobody changes it in the console.",
    otherwise: 'none: connections are made in the console',
    example: 'https://login.microsoftonline.com/<tenant id>/v2.0',
  }),
  RUNGATE_SSO_OIDC_CLIENT_ID: variable(formats.words.optional(), {
    meaning: 'What the provider calls Rungate; needed with the issuer.',
    otherwise: 'none',
    example: 'rungate',
  }),
  RUNGATE_SSO_OIDC_CLIENT_SECRET: variable(formats.secretWords.optional(), {
    meaning: 'What the provider gave with the client id.',
    otherwise: 'none: a public client, with PKCE alone',
    example: 'what the provider shows once',
    secret: true,
  }),
  RUNGATE_SSO_OIDC_SCOPES: variable(formats.scopes.prefault('openid profile email'), {
    meaning: 'What is asked of the provider, separated by blanks; some give groups only for a scope of their own.',
    example: 'openid profile email groups',
  }),
  RUNGATE_SSO_OIDC_GROUP_CLAIM: variable(formats.words.prefault('groups'), {
    meaning: 'Claim that names the groups of a person, or a path to it with dots.',
    example: 'realm_access.roles',
  }),
  RUNGATE_SSO_OIDC_OWNER_GROUPS: variable(formats.names.optional(), {
    meaning:
      'Groups whose people are `owner`, separated by commas; needed with the issuer. Whoever is in no group is let in nowhere.',
    otherwise: 'none',
    example: 'rungate-owners',
  }),
  RUNGATE_SSO_OIDC_OPERATOR_GROUPS: variable(formats.names.optional(), {
    meaning: 'Groups whose people are `operator`, separated by commas.',
    otherwise: 'none',
    example: 'rungate-operators',
  }),
  RUNGATE_SSO_OIDC_REQUIRED_CLAIMS: variable(formats.claims.optional(), {
    meaning: 'Claims that everybody must have, separated by commas; needed where the provider serves others as well.',
    otherwise: 'none',
    example: 'tid=7f2f7c6e-3f0e-4f0b-9a55-0f2c4f1f9f6d',
  }),
  RUNGATE_SSO_OIDC_PRIVATE_RANGES: variable(formats.networks.optional(), {
    meaning: 'Private networks that the issuer may be in, separated by commas, each within `RUNGATE_EGRESS_CIDRS`.',
    otherwise: 'none',
    example: '10.20.0.0/16',
  }),
  RUNGATE_METRICS_LISTEN: variable(formats.address.optional(), {
    meaning:
      'Address and port of `GET /metrics` and of a `/readyz` that gives reasons ([guide](../guides/operations.md)). Nothing that a request names may reach it.',
    otherwise: '`127.0.0.1:9464`; no metrics, with a warning, where another process has it already',
    example: '0.0.0.0:9464',
  }),
  RUNGATE_METRICS_LABELS: variable(z.enum(['none', 'organization']).prefault('none'), {
    meaning: '`organization` lets counters of work name the id of the organization: whoever may scrape sees them.',
    example: 'organization',
  }),
  RUNGATE_SANDBOX: variable(z.enum(['auto', 'full', 'limited', 'weak']).prefault('auto'), {
    meaning:
      'Isolation of checks: the strongest level that works is used, and `full` refuses to start below it. Plugins of others run at `full` (or in a runner alone); `limited` and `weak` accept these levels for them too. See docs/guides/isolation.md.',
    example: 'full',
  }),
  RUNGATE_PLUGINS_DIR: variable(formats.path.optional(), {
    meaning:
      'Directory with a folder for each check plugin of others; read at start. With `RUNGATE_RUNNER_SOCKET` it is set for the runner alone. See docs/guides/plugins.md.',
    otherwise: 'none',
    example: '/opt/rungate/plugins',
  }),
  RUNGATE_RUNNER_SOCKET: variable(formats.socketPath.optional(), {
    meaning:
      'Unix socket of a runner of its own: where `rungate serve --roles runner` listens, and where the other roles find it.',
    otherwise: 'none: each process with the role `worker` starts a runner',
    example: '/run/rungate/runner.sock',
  }),
} as const;

/** All variables at once, each by its own format. */
export const ENVIRONMENT = z.object(VARIABLES);

/** The variables with their formats parsed, before the rules that span several. */
export type Values = z.output<typeof ENVIRONMENT>;

/** A variable's name, as far as this version knows it. */
export type VariableName = keyof typeof VARIABLES;

/** Whether this version knows a variable of that name. */
export function isVariable(name: string): name is VariableName {
  return Object.hasOwn(VARIABLES, name);
}

/** Facts of a variable: what it means, an example, and whether it is a secret. */
export function factsOf(name: VariableName): VariableFacts {
  const facts = FACTS.get(VARIABLES[name]);
  if (!facts) throw new Error(`variable ${name} has no facts`);
  return facts;
}

function variable<T extends z.ZodType>(schema: T, facts: VariableFacts): T {
  FACTS.add(schema, facts);
  return schema;
}
