import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fastify, type FastifyInstance } from 'fastify';
import { ConsoleFiles } from './console-files.js';
import { serveConsole } from './serve-console.js';

const PAGE =
  '<meta property="csp-nonce" nonce="__NONCE__"><script src="/assets/main-1a.js" nonce="__NONCE__"></script>';

describe('the console', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'console-'));
  let server: FastifyInstance;

  beforeAll(async () => {
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'index.html'), PAGE);
    writeFileSync(path.join(folder, 'assets/main-1a.js'), 'run()');
    writeFileSync(path.join(folder, 'assets/main-1a.js.gz'), gzipSync('run()'));
    server = fastify();
    server.get('/api/v1/me', () => 'me');
    serveConsole(server, { folder, publicUrl: 'https://rungate.example.com' });
    await server.ready();
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['/', '/runs', '/runs/1?tab=checks', '/o/acme/results/1', '/setup', '/apian'])(
    'answers its page at %s',
    async (url) => {
      const { statusCode, headers } = await server.inject(url);
      expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-store',
      ]);
    },
  );

  it.each([
    '/api',
    '/api/v1/nothing',
    '/auth/nothing',
    '/hooks/x',
    '/healthz',
    '/readyz',
    '/metrics',
    '/assets/other.js',
  ])('answers no page at %s, which is for others', async (url) => {
    expect((await server.inject(url)).statusCode).toBe(404);
  });

  it('leaves what others serve to them', async () => {
    expect((await server.inject('/api/v1/me')).body).toBe('me');
  });

  it('gives every page a nonce of its own, in the page and in its policy', async () => {
    const answers = await Promise.all([server.inject('/runs'), server.inject('/runs')]);
    const nonces = answers.map(({ body, headers }) => {
      const nonce = /^<meta property="csp-nonce" nonce="([^"]{22,})">/.exec(body)?.[1] ?? '';
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(body).not.toContain('__NONCE__');
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('lets its pages load from here alone, run no inline script, and stand in no frame', async () => {
    const { headers } = await server.inject('/');
    const policy = String(headers['content-security-policy']).replace(/'nonce-[^']+'/, 'NONCE');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' NONCE",
      "connect-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
    ]);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age=') as unknown,
    });
  });

  it('serves what its pages are made of for good, compressed for who takes it so', async () => {
    const plain = await server.inject('/assets/main-1a.js');
    expect(plain.body).toBe('run()');
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const small = await server.inject({ url: '/assets/main-1a.js', headers: { 'accept-encoding': 'br, gzip' } });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.rawPayload).toString()).toBe('run()');
  });

  it.each([
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/index.html',
    '/assets/main-1a.js.gz',
    '/../secret.js',
  ])('knows no file by the path %s', (address) => {
    expect(new ConsoleFiles(folder).find(address)).toBeUndefined();
  });

  it('hands out neither its page as it was built nor what was compressed', async () => {
    const page = await server.inject('/index.html');
    expect([page.statusCode, page.body.includes('__NONCE__')]).toEqual([200, false]);
    expect((await server.inject('/assets/main-1a.js.gz')).statusCode).toBe(404);
  });

  it('is nowhere when it was not built', async () => {
    const other = fastify();
    serveConsole(other, { folder: path.join(folder, 'nothing'), publicUrl: 'http://127.0.0.1:3000' });
    expect((await other.inject('/runs')).statusCode).toBe(404);
    await other.close();
  });
});
