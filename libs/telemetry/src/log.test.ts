import { createLog, type LogOptions } from './index.js';

function logTo(options: Partial<LogOptions>) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', pretty: false, write: (line) => lines.push(line), ...options });
  return { log, lines };
}

test('writes one JSON line per moment, with its fields, time, level and process', () => {
  const { log, lines } = logTo({});
  log.info('accepted', { organization: 'acme', attempt: 1, late: false, runId: null });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    pid: process.pid,
    moment: 'accepted',
    organization: 'acme',
    attempt: 1,
    late: false,
    runId: null,
  });
});

test('leaves out what is below its level', () => {
  const { log, lines } = logTo({ level: 'warn' });
  log.info('accepted', {});
  log.warn('queue away', {});
  log.error('disk full', {});
  expect(lines.map((line) => (JSON.parse(line) as { moment: string }).moment)).toEqual(['queue away', 'disk full']);
});

test.each([
  'token',
  'accessToken',
  'access_token',
  'hmacKey',
  'password',
  'Authorization',
  'RUNGATE_ENCRYPTION_KEY',
  'set-cookie',
  'DATABASE_URL',
])('masks the field %s', (name) => {
  const { log, lines } = logTo({});
  log.info('x', { [name]: 'canary-1' });
  expect(lines.join()).not.toContain('canary-1');
  expect(lines.join()).toContain('[secret]');
});

test('shows what only resembles a secret', () => {
  const { log, lines } = logTo({});
  log.info('x', { keyId: 'k1', hmacKeyFingerprint: 'abcd1234', tokensUsed: 3 });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ keyId: 'k1', hmacKeyFingerprint: 'abcd1234', tokensUsed: 3 });
});

test('masks credentials inside a URL', () => {
  const { log, lines } = logTo({});
  log.warn('x', { error: 'connect postgres://rungate:p%40ss:word@db.internal:5432/rungate failed' });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    error: 'connect postgres://[secret]@db.internal:5432/rungate failed',
  });
});

test('for a terminal, writes one readable line without any control or invisible character of the text', () => {
  const { log, lines } = logTo({ pretty: true });
  log.warn('late', { workspace: 'a\u001b[2Jb\r\nc\u009bd\u202ee\u2028f', attempt: 2 });
  // eslint-disable-next-line no-control-regex -- our own colours
  const line = (lines[0] ?? '').replace(/\u001b\[\d+m/g, '');
  expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn late workspace=/);
  expect(line).toContain(String.raw`a\u{1b}[2Jb\u{d}\u{a}c\u{9b}d\u{202e}e\u{2028}f attempt=2`);
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
});

test('as JSON, escapes what a terminal would obey and stays the same JSON', () => {
  const { log, lines } = logTo({});
  const workspace = 'a\u001b[2Jb\u009bc\u202ed\u{e0041}e';
  log.info('x', { workspace });
  expect((lines[0] ?? '').trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ workspace });
});
