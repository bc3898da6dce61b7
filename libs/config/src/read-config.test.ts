import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expectProblem, KEY, LOCAL, problemsOf, PRODUCTION, read, TOKEN } from '../testing/read.js';
import { ROLES } from './index.js';

const folder = mkdtempSync(path.join(tmpdir(), 'rungate-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('an empty environment on one machine is embedded Postgres on loopback in development', () => {
  expect(read({}, { development: 'embedded' })).toEqual({
    roles: ROLES,
    listen: { host: '127.0.0.1', port: 3000 },
    metricsListen: { host: '127.0.0.1', port: 9464 },
    metricsChosen: false,
    metricsPerOrganization: false,
    publicUrl: 'http://127.0.0.1:3000',
    dataDir: path.resolve('.rungate'),
    database: { kind: 'embedded' },
    redis: null,
    migrate: true,
    encryptionKeys: [],
    bootstrapToken: null,
    terraformOrigins: ['https://app.terraform.io', 'https://app.eu.terraform.io'],
    egressCidrs: [],
    trustedProxies: [],
    caBundleFile: null,
    proxy: null,
    noProxy: [],
    kubernetesApi: null,
    development: true,
    timeScale: 1,
    apiRequestsPerSecond: 100,
    concurrency: 8,
    logLevel: 'info',
    purgeAfterDays: 30,
    auditHeadsFile: path.resolve('.rungate/audit-heads.jsonl'),
    spoolDir: path.resolve('.rungate/spool'),
    spoolBytes: 2_147_483_648,
    sandbox: 'auto',
    pluginsDir: null,
    runnerSocket: null,
    sso: null,
  });
});

test('a production environment is read whole', () => {
  const config = read({
    ...PRODUCTION,
    RUNGATE_MIGRATION_DATABASE_URL: 'postgresql://owner@db.example.com/rungate',
    RUNGATE_ENCRYPTION_KEY: `${KEY}, ${Buffer.alloc(32, 8).toString('base64')}`,
    RUNGATE_BOOTSTRAP_TOKEN: TOKEN,
    RUNGATE_TERRAFORM_ORIGINS: 'https://TFE.example.com:443/, https://app.terraform.io',
    RUNGATE_EGRESS_CIDRS: '10.0.0.0/8,fd00::/8',
    RUNGATE_TRUSTED_PROXIES: '192.0.2.7',
    RUNGATE_METRICS_LISTEN: '[::1]:9000',
    RUNGATE_METRICS_LABELS: 'organization',
    RUNGATE_MIGRATE: 'off',
  });
  expect(config).toMatchObject({
    development: false,
    migrate: false,
    publicUrl: 'https://rungate.example.com',
    terraformOrigins: ['https://tfe.example.com', 'https://app.terraform.io'],
    egressCidrs: ['10.0.0.0/8', 'fd00::/8'],
    trustedProxies: ['192.0.2.7/32'],
    metricsListen: { host: '::1', port: 9000 },
    metricsChosen: true,
    metricsPerOrganization: true,
  });
  expect(config.encryptionKeys.map((key) => key.reveal())).toEqual([KEY, Buffer.alloc(32, 8).toString('base64')]);
  expect(config.bootstrapToken?.reveal()).toBe(TOKEN);
  expect(config.database.kind === 'external' && config.database.migrationUrl.reveal()).toBe(
    'postgresql://owner@db.example.com/rungate',
  );
});

test('lists all problems at once, each with its variable and an example', () => {
  const problems = problemsOf({
    RUNGATE_LISTEN: 'everywhere',
    RUNGATE_PUBLIC_URL: 'https://rungate.example.com/path',
    RUNGATE_MIGRATE: 'maybe',
    RUNGATE_CONCURRENCY: '0',
    RUNGATE_LOG_LEVEL: 'loud',
    RUNGATE_EGRESS_CIDRS: '10.0.0.0/33',
    RUNGATE_TERRAFORM_ORIGINS: 'app.terraform.io',
  });
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'RUNGATE_LISTEN',
    'RUNGATE_PUBLIC_URL',
    'RUNGATE_MIGRATE',
    'RUNGATE_TERRAFORM_ORIGINS',
    'RUNGATE_EGRESS_CIDRS',
    'RUNGATE_CONCURRENCY',
    'RUNGATE_LOG_LEVEL',
  ]);
  for (const problem of problems) expect(problem).toMatch(/, for example \S/);
});

test('the message names every variable and holds no secret', () => {
  const env = { ...PRODUCTION, RUNGATE_ENCRYPTION_KEY: 'canary-key', RUNGATE_BOOTSTRAP_TOKEN: 'canary-token' };
  const message = inspectError(() => read({ ...env, DATABASE_URL: 'mysql://root:canary-password@db' }));
  expect(message).toMatch(/RUNGATE_ENCRYPTION_KEY: [\s\S]*RUNGATE_BOOTSTRAP_TOKEN: /);
  expect(message).not.toContain('canary');
});

test('a secret does not print', () => {
  const config = read({ ...PRODUCTION, RUNGATE_BOOTSTRAP_TOKEN: TOKEN });
  const shown = `${inspect(config, { depth: 9, showHidden: true })}${JSON.stringify(config)}${String(config.bootstrapToken)}`;
  expect(shown).not.toMatch(/canary|bootstrap-token-of/);
  expect(shown).not.toContain(KEY);
});

test.each(['short', 'x'.repeat(31), 'with a blank in thirty-two characters'])(
  'refuses the bootstrap token %p',
  (token) => {
    expectProblem(
      problemsOf({ ...PRODUCTION, RUNGATE_BOOTSTRAP_TOKEN: token }),
      /^RUNGATE_BOOTSTRAP_TOKEN must be at least 32/,
    );
  },
);

describe('a secret in a file', () => {
  const file = path.join(folder, 'token');
  writeFileSync(file, `${TOKEN}\n`);

  test('is read without its line break', () => {
    expect(read({ ...LOCAL, RUNGATE_BOOTSTRAP_TOKEN_FILE: file }).bootstrapToken?.reveal()).toBe(TOKEN);
  });

  test('is refused when it is missing', () => {
    const missing = path.join(folder, 'missing');
    expectProblem(
      problemsOf({ ...LOCAL, RUNGATE_BOOTSTRAP_TOKEN_FILE: missing }),
      /^RUNGATE_BOOTSTRAP_TOKEN_FILE cannot read .*missing: there is no such file$/,
    );
  });

  test('is refused beside the variable itself', () => {
    const both = { ...LOCAL, RUNGATE_BOOTSTRAP_TOKEN: TOKEN, RUNGATE_BOOTSTRAP_TOKEN_FILE: file };
    expectProblem(problemsOf(both), /^RUNGATE_BOOTSTRAP_TOKEN is set together with/);
  });
});

describe('an unknown variable', () => {
  test('is refused with the nearest name', () => {
    expectProblem(
      problemsOf({ ...LOCAL, RUNGATE_CONCURENCY: '3' }),
      /^RUNGATE_CONCURENCY is not known; did you mean RUNGATE_CONCURRENCY\?/,
    );
  });

  test('is refused without a guess when none is near', () => {
    expectProblem(
      problemsOf({ ...LOCAL, RUNGATE_COFFEE_STRENGTH: '3' }),
      /^RUNGATE_COFFEE_STRENGTH is not known to this version/,
    );
  });

  test('is no problem when it is the client’s, or what Kubernetes sets for a service', () => {
    const env = {
      ...LOCAL,
      RUNGATE_URL: 'x',
      RUNGATE_TOKEN: 'x',
      RUNGATE_PORT: 'x',
      RUNGATE_API_SERVICE_HOST: 'x',
      RUNGATE_PORT_3000_TCP_ADDR: 'x',
    };
    expect(problemsOf(env)).toEqual([]);
  });
});

test('defaults fill in what is not set', () => {
  const defaults = { RUNGATE_DATA_DIR: folder, RUNGATE_CONCURRENCY: '2' };
  const config = read({ ...LOCAL, RUNGATE_CONCURRENCY: '3', RUNGATE_DATA_DIR: '' }, { defaults });
  expect(config).toMatchObject({ dataDir: folder, spoolDir: path.join(folder, 'spool'), concurrency: 3 });
});

function inspectError(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return inspect(error);
  }
  return '';
}

test('a proxy is read in both spellings, with its login decoded and never shown', () => {
  const { proxy, noProxy } = read({
    ...PRODUCTION,
    https_proxy: 'http://me:p%40ss@proxy.example:3128',
    no_proxy: 'a.example, .b',
  });
  expect({ ...proxy, credentials: proxy?.credentials?.reveal() }).toEqual({
    host: 'proxy.example',
    port: 3128,
    tls: false,
    credentials: 'me:p@ss',
  });
  expect(inspect(proxy)).not.toContain('p@ss');
  expect(noProxy).toEqual(['a.example', '.b']);
  const tls = { ...PRODUCTION, HTTPS_PROXY: 'https://[fd00::1]/', https_proxy: 'http://other' };
  expect(read(tls).proxy).toEqual({ host: 'fd00::1', port: 443, tls: true, credentials: null });
  expect(read({ ...PRODUCTION, HTTPS_PROXY: 'proxy.example:8080' }).proxy).toMatchObject({
    host: 'proxy.example',
    port: 8080,
  });
});

test.each(['socks5://proxy.example:1080', 'http://proxy.example/path', 'http://me:canary@', 'a b'])(
  'a proxy that is no HTTP proxy is a problem: %s',
  (url) => {
    const problems = problemsOf({ ...PRODUCTION, HTTPS_PROXY: url });
    expectProblem(problems, /^HTTPS_PROXY must be the URL of an HTTP proxy/);
    expect(JSON.stringify(problems)).not.toContain('canary');
  },
);

test('the API of Kubernetes is known from the environment of the pod', () => {
  const pod = { ...PRODUCTION, KUBERNETES_SERVICE_HOST: '10.96.0.1' };
  expect(read({ ...pod, KUBERNETES_SERVICE_PORT: '6443' }).kubernetesApi).toEqual({ host: '10.96.0.1', port: 6443 });
  expect(read(pod).kubernetesApi).toEqual({ host: '10.96.0.1', port: 443 });
});
