import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { selfSigned } from '../testing/certificate.js';
import {
  client,
  closeAll,
  closeLast,
  collect,
  fail,
  grantFor,
  loopback,
  read,
  requestTo,
  serve,
  serveTcp,
  serveTls,
} from '../testing/talk.js';
import type { Resolve } from './connector.js';
import type { EgressRequest } from './request.js';

afterEach(closeAll);

describe('an answer', () => {
  it('comes with status, headers and body, and the request with its own headers and no cookie of before', async () => {
    const seen: unknown[] = [];
    const origin = await serve((request, response) => {
      seen.push([request.method, request.url, request.headers]);
      response.writeHead(201, { 'Set-Cookie': 'a=b', 'X-Two': ['one', 'two'] }).end('hello');
    });
    const egress = client();
    await read(egress, origin, '/x?y=1');
    const { status, text, header } = await read(egress, origin, '/x', {
      method: 'PATCH',
      body: '{}',
      headers: { authorization: 'Bearer t' },
    });
    expect({ status, text, header: header('x-two') }).toEqual({ status: 201, text: 'hello', header: 'one' });
    expect(seen).toEqual([
      ['GET', '/x?y=1', expect.objectContaining({ 'accept-encoding': 'identity' })],
      ['PATCH', '/x', expect.objectContaining({ authorization: 'Bearer t', 'content-length': '2' })],
    ]);
    expect(JSON.stringify(seen)).not.toContain('a=b');
  });

  it('is a redirect when the server says so: nothing is followed', async () => {
    const paths: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { Location: '/other' }).end();
    });
    expect(await read(client(), origin, '/x')).toMatchObject({ status: 302 });
    expect(paths).toEqual(['/x']);
  });

  it('is decoded although it was asked for as it is', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('hello'));
    });
    expect(await read(client(), origin, '/')).toMatchObject({ text: 'hello' });
  });

  it.each([
    ['a megabyte in plain', {}, Buffer.alloc(1_000_000)],
    ['a kilobyte that unpacks to a megabyte', { 'Content-Encoding': 'gzip' }, gzipSync(Buffer.alloc(1_000_000))],
  ])('is cut when it is larger than allowed: %s', async (_name, headers, body) => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, headers).end(body);
    });
    await expect(read(client(), origin, '/', { bodyBytes: 100_000 })).rejects.toMatchObject({
      code: 'too_large',
      sent: true,
    });
  });

  it.each([
    ['no gzip', { 'Content-Encoding': 'gzip' }],
    ['an encoding that nobody knows', { 'Content-Encoding': 'rot13' }],
    ['an encoding that every object has', { 'Content-Encoding': 'constructor' }],
  ])('fails when it is %s', async (_name, headers) => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, headers).end('hello');
    });
    await expect(read(client(), origin, '/')).rejects.toMatchObject({ code: 'bad_answer' });
  });

  it('fails when its header is larger than allowed', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'X-Large': 'x'.repeat(20_000) }).end();
    });
    await expect(read(client(), origin, '/')).rejects.toMatchObject({ code: 'too_large' });
  });

  it('fails when it is no HTTP', async () => {
    const origin = await serveTcp((socket) => socket.once('data', () => socket.write('500 what?\r\n\r\n')));
    await expect(read(client(), origin, '/')).rejects.toMatchObject({ code: 'bad_answer', sent: true });
  });

  it('fails when the connection breaks in the middle of it', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('half', () => response.destroy());
    });
    await expect(read(client(), origin, '/')).rejects.toMatchObject({ code: 'reset', sent: true });
  });

  it('that is discarded ends its connection', async () => {
    const closed = new Promise<void>((resolve) => {
      void serve((_request, response) => {
        response.on('close', resolve);
        response.write('x');
      }).then(async (origin) => {
        const answer = await client().request(requestTo(origin, '/'));
        answer.discard();
      });
    });
    await closed;
  });
});

describe('time', () => {
  it('runs out although a byte comes now and then', async () => {
    const origin = await serve(drip);
    await expect(read(client(), origin, '/', { totalMs: 300 })).rejects.toMatchObject({ code: 'timeout', sent: true });
  });

  it.each([
    ['header', () => undefined],
    [
      'byte',
      (_request: unknown, response: { write(text: string): void }) => {
        response.write('x');
      },
    ],
  ] as [string, RequestListener][])('runs out when no %s comes', async (_name, listener) => {
    const origin = await serve(listener);
    await expect(read(client(), origin, '/', { idleMs: 200 })).rejects.toMatchObject({ code: 'timeout', sent: true });
  });

  it('runs out while the name is being resolved: nothing was sent', async () => {
    const egress = client({ resolve: () => new Promise(() => undefined) });
    const failure = await fail(egress, 'https://tfe.example', { totalMs: 100 });
    expect(failure).toMatchObject({ code: 'timeout', sent: false });
  });

  it('ends when the caller says so, before and during the answer', async () => {
    const origin = await serve((_request, response) => void response.write('x'));
    const egress = client();
    const before = AbortSignal.abort();
    expect(await fail(egress, origin, { signal: before })).toMatchObject({ code: 'aborted', sent: false });
    const during = new AbortController();
    const answer = await egress.request({ ...requestTo(origin, '/'), signal: during.signal });
    const reading = collect(answer.body);
    during.abort();
    await expect(reading).rejects.toMatchObject({ code: 'aborted', sent: true });
  });

  it('ends with the client', async () => {
    const origin = await serve(() => undefined);
    const egress = client();
    const waiting = fail(egress, origin);
    await egress.close();
    expect(await waiting).toMatchObject({ code: 'aborted' });
  });
});

describe('a connection', () => {
  it('that nobody accepts is refused, and nothing was sent', async () => {
    const origin = await serve(() => undefined);
    await closeLast();
    expect(await fail(client(), origin)).toMatchObject({ code: 'refused', sent: false });
  });

  it('to a name that does not resolve fails by DNS', async () => {
    const notFound = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    expect(await fail(client({ resolve: () => Promise.reject(notFound) }), 'https://tfe.example')).toMatchObject({
      code: 'dns',
      sent: false,
    });
    expect(await fail(client({ resolve: () => Promise.resolve([]) }), 'https://tfe.example')).toMatchObject({
      code: 'dns',
    });
  });

  it.each(['10.0.0.1', '169.254.169.254', '100.100.100.200', '0.0.0.0', 'fd00:ec2::254', '::ffff:169.254.169.254'])(
    'to a name that leads to %s is forbidden',
    async (address) => {
      const resolve: Resolve = () => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]);
      const failure = await fail(client({ resolve }), 'https://tfe.example');
      expect(failure).toMatchObject({ code: 'forbidden', sent: false });
      expect(failure.message).not.toContain(address);
    },
  );

  it('to a name with one bad address among good ones is forbidden', async () => {
    const origin = await serve((_request, response) => response.end('secret'));
    const resolve: Resolve = () =>
      Promise.resolve([
        { address: '127.0.0.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    expect(await fail(client({ resolve }), origin.replace('127.0.0.1', 'tfe.example'))).toMatchObject({
      code: 'forbidden',
    });
  });

  it.each(['https://10.0.0.1', 'https://169.254.169.254', 'https://[fe80::1]', 'https://[::ffff:7f00:1]'])(
    'to the address %s is forbidden outside development',
    async (origin) => {
      expect(await fail(client({ development: false }), origin)).toMatchObject({ code: 'forbidden', sent: false });
    },
  );

  it('to loopback is forbidden outside development, by name and by address', async () => {
    let connections = 0;
    const origin = await serveTcp(() => (connections += 1), 'https');
    const egress = client({ development: false, resolve: loopback, grantableRanges: ['0.0.0.0/0'] });
    expect(await fail(egress, origin)).toMatchObject({ code: 'forbidden' });
    expect(await fail(egress, origin.replace('127.0.0.1', 'tfe.example'))).toMatchObject({ code: 'forbidden' });
    expect(connections).toBe(0);
  });

  it('to a service of our own is forbidden in development too', async () => {
    const origin = await serve((_request, response) => response.end());
    const ownEndpoints = () => [{ host: '0.0.0.0', port: Number(new URL(origin).port) }];
    expect(await fail(client({ ownEndpoints }), origin)).toMatchObject({ code: 'forbidden' });
  });

  it('off the pinned origins, or without TLS outside development, is forbidden', async () => {
    const origin = await serve((_request, response) => response.end());
    const request = requestTo(origin, '/');
    const elsewhere: EgressRequest = {
      ...request,
      purpose: { kind: 'terraform', origins: [grantFor('https://tfe.example')] },
    };
    await expect(client().request(elsewhere)).rejects.toMatchObject({ code: 'forbidden', sent: false });
    await expect(client({ development: false }).request(request)).rejects.toMatchObject({
      code: 'forbidden',
      sent: false,
    });
  });

  it('goes to the address that was judged, however the name changes: it is resolved once', async () => {
    const origin = await serve((_request, response) => response.end('first'));
    let asked = 0;
    const rebinding: Resolve = () =>
      Promise.resolve([{ address: (asked += 1) === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
    const egress = client({ resolve: rebinding });
    expect(await read(egress, origin.replace('127.0.0.1', 'tfe.example'), '/')).toMatchObject({ text: 'first' });
    expect(asked).toBe(1);
  });

  it('is used again by the same organization, never by another', async () => {
    const ports: (number | undefined)[] = [];
    const origin = await serve((request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });
    const egress = client();
    await read(egress, origin, '/', { organizationId: 'a' });
    // undici takes a connection again one turn of the event loop after its answer.
    await setTimeout(20);
    await read(egress, origin, '/', { organizationId: 'a' });
    await setTimeout(20);
    await read(egress, origin, '/', { organizationId: 'b' });
    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[0]);
  });
});

describe('TLS', () => {
  const trusted = selfSigned(['tfe.example']);

  it.each([
    ['a certificate that nobody vouches for', selfSigned(['tfe.example']), trusted.cert],
    ['a certificate for another host', trusted, trusted.cert, 'other.example'],
    ['an expired certificate', selfSigned(['tfe.example'], { expired: true }), undefined],
  ])('refuses %s', async (_name, certificate, caBundle, host = 'tfe.example') => {
    const origin = await serveTls(certificate, host);
    const egress = client({ development: true, resolve: loopback, caBundle: caBundle ?? certificate.cert });
    const failure = await fail(egress, origin, { headers: { authorization: 'Bearer canary' } });
    expect(failure).toMatchObject({ code: 'certificate', sent: false });
  });

  it('trusts the authorities of the bundle besides the built-in ones', async () => {
    const origin = await serveTls(trusted, 'tfe.example');
    const egress = client({ resolve: loopback, caBundle: `# ours\n${selfSigned(['x']).cert}${trusted.cert}` });
    expect(await read(egress, origin, '/')).toMatchObject({ status: 200, text: 'tls' });
  });

  it('does not fall back to plain text', async () => {
    const origin = await serve((_request, response) => response.end());
    expect(await fail(client(), origin.replace('http:', 'https:'))).toMatchObject({ code: 'certificate' });
  });

  it('refuses a bundle that cannot be read', () => {
    expect(() => client({ caBundle: 'no certificate' })).toThrow('holds no readable certificates');
  });
});

it('names neither path nor header in what it says', async () => {
  const origin = await serve((_request, response) => void response.destroy());
  const failure = await fail(client(), origin, {
    path: '/path-canary?query-canary',
    headers: { authorization: 'Bearer token-canary' },
  });
  expect(failure.message).not.toContain('canary');
  const invalid = await fail(client(), origin, { headers: { authorization: 'Bearer token-canary\r\nx: y' } });
  expect(invalid).toMatchObject({ code: 'bad_options', sent: false });
  expect(invalid.message).not.toContain('canary');
});

/** One byte every 50 ms, for ever. */
const drip: RequestListener = (_request, response) => {
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => {
    clearInterval(timer);
  });
};
