import { ManagementApiError, ManagementClient, routes, type HttpRequest } from '../index.js';
import * as examples from '../examples.js';

interface Request extends HttpRequest {
  readonly url: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** A client of a server that answers in this order, and what it was asked. */
function clientOf(...answers: readonly (Response | Error)[]) {
  const asked: Request[] = [];
  const left = [...answers];
  const client = new ManagementClient({
    url: 'https://rungate.example.com/',
    token: 'the-token',
    send: (url, request) => {
      asked.push({ url, ...request });
      const next = left.shift() ?? new Error('asked once too often');
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  });
  return { client, asked };
}

const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { ...JSON_TYPE, ...headers } });

async function failureOf(call: Promise<unknown>): Promise<ManagementApiError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ManagementApiError) return error;
  throw new Error('the call did not fail as it should');
}

describe('the client of the management API', () => {
  it('asks as the route says, with every part of the address encoded', async () => {
    const { client, asked } = clientOf(json(examples.organizationPut, 200, { etag: '"7"' }));
    const answer = await client.call(routes.putOrganization, {
      params: { org: 'a/b c' },
      query: { dryRun: true },
      headers: { 'if-match': '"6"' },
      body: { displayName: 'Acme' },
    });
    expect(asked).toEqual([
      {
        url: 'https://rungate.example.com/api/v1/organizations/a%2Fb%20c?dryRun=true',
        method: 'PUT',
        headers: { authorization: 'Bearer the-token', 'content-type': 'application/json', 'if-match': '"6"' },
        body: '{"displayName":"Acme"}',
      },
    ]);
    expect(answer).toMatchObject({ status: 200, etag: '"7"', body: { slug: 'acme', changed: ['weight'] } });
  });

  it('leaves it to the cookie of a browser to say who asks, and to a header from where', async () => {
    const asked: HttpRequest[] = [];
    const client = new ManagementClient({
      url: 'https://rungate.example.com',
      token: null,
      send: (_, request) => {
        asked.push(request);
        return Promise.resolve(
          request.method === 'GET' ? json(examples.organization) : new Response(null, { status: 204 }),
        );
      },
    });
    const params = { org: 'acme', id: '1' };
    await client.call(routes.getOrganization, { params });
    await client.call(routes.revokeToken, { params });
    expect(asked.map(({ headers }) => headers)).toEqual([
      {},
      { 'x-rungate-request': '1', 'content-type': 'application/json' },
    ]);
  });

  it('repeats the parameter of a list', async () => {
    const { client, asked } = clientOf(new Response('# text', { headers: { 'content-type': 'text/plain' } }));
    const query = { format: 'curl', tag: ['a', 'b&c'], workspace: [] } as const;
    const { body } = await client.call(routes.getRunTaskSetup, { params: { org: 'acme', name: 'guard' }, query });
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(['?format=curl&tag=a&tag=b%26c']);
    expect(body).toBe('# text');
  });

  it('reads a list to its end', async () => {
    const { client, asked } = clientOf(
      json({ items: [examples.organization], nextCursor: 'c1' }),
      json({ items: [{ ...examples.organization, slug: 'globex' }], nextCursor: null }),
    );
    const slugs: string[] = [];
    for await (const { slug } of client.list(routes.listOrganizations, { params: {}, query: { tag: 'emea' } })) {
      slugs.push(slug);
    }
    expect(slugs).toEqual(['acme', 'globex']);
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(['?tag=emea', '?tag=emea&cursor=c1']);
  });

  it('throws a refusal with what the API says of each fault', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The request is not as the API describes it.',
      errors: [{ pointer: '/weight', detail: 'Too big.' }],
    };
    const { client } = clientOf(
      new Response(JSON.stringify(problem), {
        status: 400,
        headers: { 'content-type': 'application/problem+json', 'x-request-id': 'r-1' },
      }),
    );
    const failure = await failureOf(client.call(routes.getOrganization, { params: { org: 'acme' } }));
    expect(failure).toMatchObject({ code: 'refused', status: 400, problem, requestId: 'r-1' });
    expect(failure.message).toContain('/weight: Too big.');
  });

  it('says where nothing answers, and never the token', async () => {
    const { client } = clientOf(new TypeError('fetch failed', { cause: new Error('connect refused') }));
    const failure = await failureOf(client.call(routes.getOrganization, { params: { org: 'acme' } }));
    expect(failure).toMatchObject({ code: 'unreachable', problem: null });
    expect(failure.message).toBe('No answer from https://rungate.example.com/: connect refused.');
  });

  it.each([
    ['a page of somebody else', new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } })],
    ['a refusal in other words', new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })],
    ['JSON of another shape', json({ name: 'acme' })],
    ['what only calls itself JSON', new Response('{', { status: 200, headers: JSON_TYPE })],
    ['a status that the route does not know', json(examples.organization, 202)],
  ])('does not take %s for an answer', async (_, answer) => {
    const { client } = clientOf(answer);
    const failure = await failureOf(client.call(routes.getOrganization, { params: { org: 'acme' } }));
    expect(failure.code).toBe('not_understood');
  });
});
