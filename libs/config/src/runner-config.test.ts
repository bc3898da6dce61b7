import { ConfigError } from './errors.js';
import { readRunnerConfig } from './runner-config.js';

const SOCKET = { RUNGATE_RUNNER_SOCKET: '/run/rungate/runner.sock' };

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readRunnerConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable, text }) => `${variable} ${text}`);
    throw error;
  }
}

describe('readRunnerConfig', () => {
  it('needs a socket and nothing else', () => {
    expect(readRunnerConfig(SOCKET)).toEqual({
      listen: { host: '127.0.0.1', port: 3000 },
      socket: '/run/rungate/runner.sock',
      pluginsDir: null,
      sandbox: 'auto',
      concurrency: 8,
      logLevel: 'info',
    });
    expect(problemsOf({})).toEqual([expect.stringMatching(/^RUNGATE_RUNNER_SOCKET is needed by the role runner/)]);
  });

  it('refuses to start where a secret is in its environment, by value or by file, and does not read it', () => {
    const secrets = { DATABASE_URL: 'canary', REDIS_URL: 'canary', RUNGATE_ENCRYPTION_KEY_FILE: '/no/such/file' };
    const problems = problemsOf({ ...SOCKET, ...secrets, RUNGATE_BOOTSTRAP_TOKEN: 'canary' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'RUNGATE_ENCRYPTION_KEY_FILE',
      'RUNGATE_BOOTSTRAP_TOKEN',
    ]);
    expect(problems.join()).toContain('must hold no secret');
    expect(problems.join()).not.toContain('canary');
  });

  it.each([
    [{ RUNGATE_RUNNER_SOCKET: 'runner.sock' }, /^RUNGATE_RUNNER_SOCKET must be an absolute path of at most 107 bytes/],
    [{ RUNGATE_RUNNER_SOCKET: `/${'x'.repeat(107)}` }, /^RUNGATE_RUNNER_SOCKET must be an absolute path/],
    [{ ...SOCKET, RUNGATE_PLUGINS_DIR: '/no/such/place' }, /^RUNGATE_PLUGINS_DIR cannot read \/no\/such\/place/],
    [{ ...SOCKET, RUNGATE_SANDBOX: 'strong' }, /^RUNGATE_SANDBOX/],
  ])('says what is wrong with %j', (env, problem) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(problem)]);
  });
});
