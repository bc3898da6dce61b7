import path from 'node:path';
import { expectProblem, KEY, LOCAL, problemsOf, PRODUCTION, read } from '../testing/read.js';
import type { Environment } from './index.js';

describe('development', () => {
  const traces: Record<string, Environment> = {
    'a listener on every address': { RUNGATE_LISTEN: '0.0.0.0:3000' },
    'a public URL of the network': { RUNGATE_PUBLIC_URL: 'https://rungate.example.com' },
    'a database of the network': { DATABASE_URL: 'postgres://db.example.com/x', RUNGATE_ENCRYPTION_KEY: KEY },
    'a database of the network as a parameter': {
      DATABASE_URL: 'postgres://localhost/x?host=10.0.0.1',
      RUNGATE_ENCRYPTION_KEY: KEY,
    },
    'a Redis of the network': { REDIS_URL: 'redis+cluster://127.0.0.1,redis.example.com' },
    'NODE_ENV=production': { NODE_ENV: 'production' },
    Kubernetes: { KUBERNETES_SERVICE_HOST: '10.0.0.1' },
  };

  test.each(Object.entries(traces))('asked for beside %s refuses to start', (_name, env) => {
    expectProblem(problemsOf({ ...LOCAL, ...env }), /^RUNGATE_DEV is on, but/);
  });

  test.each(Object.entries(traces))('as a default stays off beside %s', (_name, env) => {
    const config = read({ RUNGATE_PUBLIC_URL: 'https://rungate.example.com', ...env }, { development: 'always' });
    expect(config.development).toBe(false);
  });

  test.each([
    'postgres://u:p@127.0.0.1:5432/x',
    'postgres://u:p@[::1]/x',
    'postgres://localhost/x',
    'postgres:///x?host=/run/postgresql',
  ])('may have its own database at %s', (url) => {
    expect(read({ ...LOCAL, DATABASE_URL: url, RUNGATE_ENCRYPTION_KEY: KEY }).development).toBe(true);
  });

  test('is off by default with an own database, unless it is the demo', () => {
    const env = {
      RUNGATE_PUBLIC_URL: 'https://localhost',
      DATABASE_URL: 'postgres://localhost/x',
      RUNGATE_ENCRYPTION_KEY: KEY,
    };
    expect(read(env, { development: 'embedded' }).development).toBe(false);
    expect(read(env, { development: 'always' }).development).toBe(true);
  });

  test('is off when switched off', () => {
    expect(read({ ...PRODUCTION, RUNGATE_DEV: '0' }, { development: 'always' }).development).toBe(false);
  });
});

describe('outside development', () => {
  test('the public URL must be https', () => {
    expectProblem(
      problemsOf({ ...PRODUCTION, RUNGATE_PUBLIC_URL: 'http://rungate.example.com' }),
      /^RUNGATE_PUBLIC_URL must be an https address/,
    );
    expectProblem(
      problemsOf({ ...PRODUCTION, RUNGATE_PUBLIC_URL: '' }),
      /^RUNGATE_PUBLIC_URL must be an https address/,
    );
  });

  test('Terraform origins must be https', () => {
    expectProblem(
      problemsOf({ ...PRODUCTION, RUNGATE_TERRAFORM_ORIGINS: 'http://tfe.example.com' }),
      /^RUNGATE_TERRAFORM_ORIGINS must be https/,
    );
    expect(problemsOf({ ...LOCAL, RUNGATE_TERRAFORM_ORIGINS: 'http://127.0.0.1:4000' })).toEqual([]);
  });

  test('time is not scaled', () => {
    expectProblem(
      problemsOf({ ...PRODUCTION, RUNGATE_TIME_SCALE: '0.05' }),
      /^RUNGATE_TIME_SCALE works in development alone/,
    );
    expect(read({ ...LOCAL, RUNGATE_TIME_SCALE: '0.05' }).timeScale).toBe(0.05);
  });

  test.each([
    '--inspect',
    '--max-old-space-size=200 --inspect-brk=0.0.0.0:9229',
    '--require ./x.js',
    '-r ./x.js',
    '--import=x',
  ])('NODE_OPTIONS=%s is refused', (value) => {
    expectProblem(problemsOf({ ...PRODUCTION, NODE_OPTIONS: value }), /^NODE_OPTIONS/);
    expectProblem(problemsOf(PRODUCTION, { execArgv: value.split(' ') }), /^NODE_OPTIONS/);
    expect(problemsOf({ ...LOCAL, NODE_OPTIONS: value })).toEqual([]);
  });

  test('NODE_OPTIONS may size the heap', () => {
    expect(problemsOf({ ...PRODUCTION, NODE_OPTIONS: '--max-old-space-size=512' })).toEqual([]);
  });
});

describe('the database', () => {
  test('is needed where not all roles run', () => {
    expectProblem(problemsOf(LOCAL, { roles: ['worker'] }), /^DATABASE_URL is needed .*ingress, api missing/);
  });

  test('comes with an encryption key', () => {
    expectProblem(problemsOf({ ...PRODUCTION, RUNGATE_ENCRYPTION_KEY: '' }), /^RUNGATE_ENCRYPTION_KEY is needed/);
  });

  test('comes before a URL for migrations', () => {
    expectProblem(
      problemsOf({ ...LOCAL, RUNGATE_MIGRATION_DATABASE_URL: 'postgres://localhost/x' }),
      /^RUNGATE_MIGRATION_DATABASE_URL is set without DATABASE_URL/,
    );
  });
});

test('a bundle of certificate authorities must be readable', () => {
  expectProblem(
    problemsOf({ ...LOCAL, RUNGATE_CA_BUNDLE_FILE: path.join(__dirname, 'no-such.pem') }),
    /^RUNGATE_CA_BUNDLE_FILE cannot read/,
  );
});

test('metrics have an address of their own', () => {
  expectProblem(
    problemsOf({ ...LOCAL, RUNGATE_METRICS_LISTEN: '127.0.0.1:3000' }),
    /^RUNGATE_METRICS_LISTEN is the same/,
  );
});

describe('plugins and the runner', () => {
  it('wants plugins where the runner is, and a directory that can be read', () => {
    const socket = { ...LOCAL, RUNGATE_RUNNER_SOCKET: '/run/rungate/runner.sock' };
    expect(problemsOf(socket)).toEqual([]);
    expectProblem(problemsOf({ ...socket, RUNGATE_PLUGINS_DIR: '/' }), /^RUNGATE_PLUGINS_DIR is set together with/);
    expectProblem(problemsOf({ ...LOCAL, RUNGATE_PLUGINS_DIR: '/no/such' }), /^RUNGATE_PLUGINS_DIR cannot read/);
  });
});
