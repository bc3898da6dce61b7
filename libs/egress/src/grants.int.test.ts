import { createServer, type IncomingMessage } from 'node:http';
import { selfSigned } from '../testing/certificate.js';
import {
  client,
  closeAll,
  collect,
  fail,
  grantFor,
  loopback,
  open,
  read,
  requestTo,
  serveTls,
} from '../testing/talk.js';
import type { Resolve } from './connector.js';
import type { EgressRequest } from './request.js';

afterEach(closeAll);

describe('a granted range', () => {
  const inside: Resolve = () => Promise.resolve([{ address: '10.20.0.1', family: 4 }]);
  const egress = () => client({ development: false, resolve: inside, grantableRanges: ['10.0.0.0/8'] });
  const granted = { grant: { privateRanges: ['10.20.0.0/16'] }, totalMs: 200 };

  it('lets its organization through to the address, and no other organization', async () => {
    const shared = egress();
    // Nobody listens there: that the connection is tried at all is the point.
    expect((await fail(shared, 'https://tfe.example', granted)).code).not.toBe('forbidden');
    const other = await fail(shared, 'https://tfe.example', { organizationId: 'b' });
    expect(other).toMatchObject({ code: 'forbidden', sent: false });
    expect(other.message).toContain('no range that was granted');
  });

  it('counts for no other origin, nor for another port of the same host', async () => {
    for (const url of ['https://other.example/', 'https://tfe.example:8443/']) {
      const request = requestTo('https://tfe.example', '/', granted);
      const elsewhere = { ...requestTo(new URL(url).origin, '/'), purpose: request.purpose };
      await expect(egress().request(elsewhere)).rejects.toMatchObject({ code: 'forbidden', sent: false });
    }
  });

  it('counts only within what the operator lets be granted', async () => {
    const narrow = client({ development: false, resolve: inside, grantableRanges: ['10.21.0.0/16'] });
    const failure = await fail(narrow, 'https://tfe.example', granted);
    expect(failure).toMatchObject({ code: 'forbidden' });
    expect(failure.message).toContain('RUNGATE_EGRESS_CIDRS');
  });
});

describe('a granted authority', () => {
  const certificate = selfSigned(['tfe.example']);
  const granted = { grant: { caBundle: certificate.cert } };

  it('counts for its organization alone, also when that one has a connection open', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const egress = client({ resolve: loopback });
    expect(await read(egress, origin, '/', granted)).toMatchObject({ text: 'tls' });
    expect(await fail(egress, origin, { organizationId: 'b' })).toMatchObject({ code: 'certificate', sent: false });
    expect(await read(egress, origin, '/', granted)).toMatchObject({ text: 'tls' });
  });

  it('counts for its origin alone', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const neighbour = await serveTls(certificate, 'tfe.example');
    const egress = client({ resolve: loopback });
    const both = [grantFor(origin, granted.grant), grantFor(neighbour)];
    const ask = (to: string): EgressRequest => ({
      ...requestTo(to, '/'),
      purpose: { kind: 'terraform', origins: both },
    });
    expect(await collect((await egress.request(ask(origin))).body)).toBe('tls');
    await expect(egress.request(ask(neighbour))).rejects.toMatchObject({ code: 'certificate', sent: false });
  });

  it('that is withdrawn counts no more, whatever connection is open', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const egress = client({ resolve: loopback });
    expect(await read(egress, origin, '/', granted)).toMatchObject({ text: 'tls' });
    expect(await fail(egress, origin)).toMatchObject({ code: 'certificate', sent: false });
  });

  it('that cannot be read is said, not ignored', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const egress = client({ resolve: loopback, caBundle: certificate.cert });
    const failure = await fail(egress, origin, { grant: { caBundle: 'no certificate' } });
    expect(failure).toMatchObject({ code: 'bad_options', sent: false });
    expect(failure.message).toContain('tfe.example');
  });
});

it.each(['GET', 'POST', 'PATCH', 'DELETE'] as const)('sets run tasks up with %s', async (method) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void collect(request).then((body) => {
      seen.push(`${String(request.method)} ${contentType(request)} ${body}`);
      response.writeHead(201).end();
    });
  });
  const origin = `http://127.0.0.1:${await open(server)}`;
  const body = method === 'GET' ? {} : { body: '{"data":{}}' };
  const answer = await client().request({
    ...requestTo(origin, '/api/v2/tasks', { headers: { 'content-type': 'application/vnd.api+json' } }),
    ...body,
    purpose: { kind: 'setup', origins: [grantFor(origin)] },
    method,
  });
  expect(answer.status).toBe(201);
  answer.discard();
  expect(seen).toEqual([`${method} application/vnd.api+json ${body.body ?? ''}`]);
});

function contentType(request: IncomingMessage): string {
  return request.headers['content-type'] ?? '';
}
