import { inspect } from 'node:util';
import { expectProblem, LOCAL, problemsOf, PRODUCTION, read } from '../testing/read.js';

const NOBODY = { username: null, password: null };

test.each([
  [
    'redis://localhost',
    { topology: { kind: 'single' }, nodes: [{ host: 'localhost', port: 6379 }], database: 0, tls: false },
  ],
  [
    'rediss://redis.example.com:6380/3',
    { topology: { kind: 'single' }, nodes: [{ host: 'redis.example.com', port: 6380 }], database: 3, tls: true },
  ],
  ['redis://[::1]:6379/', { topology: { kind: 'single' }, nodes: [{ host: '::1', port: 6379 }], database: 0 }],
  [
    'redis+sentinel://s1,s2:26380,[fd00::1]/mymaster',
    {
      topology: { kind: 'sentinel', master: 'mymaster', login: NOBODY },
      nodes: [
        { host: 's1', port: 26_379 },
        { host: 's2', port: 26_380 },
        { host: 'fd00::1', port: 26_379 },
      ],
      database: 0,
      tls: false,
    },
  ],
  ['rediss+sentinel://s1/main.2/7', { topology: { kind: 'sentinel', master: 'main.2' }, database: 7, tls: true }],
  [
    'rediss+cluster://n1:7000,n2',
    {
      topology: { kind: 'cluster' },
      nodes: [
        { host: 'n1', port: 7000 },
        { host: 'n2', port: 6379 },
      ],
      tls: true,
    },
  ],
])('%s is read', (url, expected) => {
  expect(read({ ...PRODUCTION, REDIS_URL: url }).redis).toMatchObject(expected);
});

test('user and password are decoded, and do not print', () => {
  const url = 'redis+sentinel://rungate:p%40ss%3Aw%2Fd@s1/m?sentinelUsername=watch&sentinelPassword=s%26cret';
  const { redis } = read({ ...PRODUCTION, REDIS_URL: url });
  expect(redis?.login.username).toBe('rungate');
  expect(redis?.login.password?.reveal()).toBe('p@ss:w/d');
  const sentinel = redis?.topology.kind === 'sentinel' ? redis.topology.login : null;
  expect([sentinel?.username, sentinel?.password?.reveal()]).toEqual(['watch', 's&cret']);
  expect(inspect(redis, { depth: 9 }) + JSON.stringify(redis)).not.toMatch(/p@ss|s&cret/);
});

test.each([
  ['redis://:only-a-password@h', { username: null, password: 'only-a-password' }],
  ['redis://only-a-user@h', { username: 'only-a-user', password: undefined }],
  ['redis://u:with:colon@and-at@h', { username: 'u', password: 'with:colon@and-at' }],
])('%s has a login', (url, { username, password }) => {
  const login = read({ ...PRODUCTION, REDIS_URL: url }).redis?.login;
  expect([login?.username, login?.password?.reveal()]).toEqual([username, password]);
});

test.each([
  ['http://h', /^REDIS_URL must be a URL of Redis: redis:\/\/host:6379\/0, /],
  ['h:6379', /^REDIS_URL must be a URL of Redis/],
  ['redis://', /^REDIS_URL must be a URL of Redis/],
  ['redis://user:p/ss@h', /^REDIS_URL names a host that cannot be read/],
  ['redis://h:99999', /^REDIS_URL names a host that cannot be read: write host, host:port/],
  ['redis+cluster://h1,,h2', /^REDIS_URL names a host that cannot be read/],
  ['redis://h1,h2', /^REDIS_URL names several hosts: use redis\+sentinel/],
  ['redis://u:100%@h', /^REDIS_URL has a user or password that cannot be read: percent-encode/],
  ['redis://h/zero', /^REDIS_URL has a path that is no database: write \/0/],
  ['redis://h/0/0', /^REDIS_URL has a path that is no database/],
  ['redis+cluster://h/1', /^REDIS_URL names a database: a cluster has database 0 alone/],
  ['redis+sentinel://h', /^REDIS_URL lacks the name of the master: write/],
  ['redis+sentinel://h/m/zero', /^REDIS_URL has a path that is no database: write \/master/],
  ['redis://h?family=6', /^REDIS_URL has a parameter that is not known: none are/],
  ['redis+sentinel://h/m?password=x', /^REDIS_URL has a parameter .*: only sentinelUsername and sentinelPassword/],
])('%s is refused with what to write instead', (url, problem) => {
  expectProblem(problemsOf({ ...LOCAL, REDIS_URL: url }), problem);
});

test('a refusal holds nothing of the password', () => {
  for (const url of ['redis://u:canary@h:0', 'redis://u:canary@h/x', 'redis://u:canary', 'redis+cluster://:canary@']) {
    expect(problemsOf({ ...LOCAL, REDIS_URL: url }).join()).not.toContain('canary');
  }
});
