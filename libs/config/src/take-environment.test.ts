import { takeEnvironment } from './take-environment.js';

it('hands over everything, and leaves no secret behind', () => {
  const env = {
    PATH: '/bin',
    RUNGATE_ENCRYPTION_KEY: 'a',
    RUNGATE_BOOTSTRAP_TOKEN: 'b',
    DATABASE_URL: 'c',
    REDIS_URL: 'd',
    RUNGATE_LISTEN: 'e',
    RUNGATE_ENCRYPTION_KEY_FILE: '/run/key',
  };
  const before = { ...env };
  expect(takeEnvironment(env)).toEqual(before);
  expect(env).toEqual({ PATH: '/bin', RUNGATE_LISTEN: 'e', RUNGATE_ENCRYPTION_KEY_FILE: '/run/key' });
});
