import { routes } from '@rungate/contract';
import { ApiUnderTest, TOKEN } from '../testing/index.js';

const api = new ApiUnderTest();
let url: string;

beforeAll(async () => {
  await api.start();
  for (const slug of ['acme', 'globex'])
    await api.ask('PUT', `/organizations/${slug}`, { body: routes.putOrganization.example.body });
  url = await api.listen();
});
afterAll(() => api.stop());

/** A stream as its reader has it: what came so far, and its end. */
class Reader {
  text = '';
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(readonly response: Response) {
    if (response.body === null) throw new Error('no body');
    this.#reader = response.body.getReader();
  }

  /** Reads until a text has come; fails when the stream ends before. */
  async until(text: string): Promise<this> {
    while (!this.text.includes(text)) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`ended without ${text}: ${this.text}`);
      this.text += new TextDecoder().decode(value);
    }
    return this;
  }

  async toEnd(): Promise<string> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return this.text;
      this.text += new TextDecoder().decode(value);
    }
  }

  get lastId(): string {
    return [...this.text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '';
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function open(path: string, token = TOKEN, headers: Record<string, string> = {}): Promise<Reader> {
  return new Reader(await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } }));
}

async function idOf(slug: string): Promise<string> {
  const found = await api.options.organizations.find({ kind: 'platform' }, slug);
  if (found === null) throw new Error(`there is no ${slug}`);
  return found.id;
}

/** Something happens in an organization, a second later than whatever happened before. */
async function happens(organization: string, subject: string, kind: 'task-result' | 'organization' = 'task-result') {
  api.clock.advance(1_000);
  api.changes.note({ kind, organization, organizationId: await idOf(organization), subject });
}

const A = '01943c5f-02b4-7d11-8a6e-91c3d5e7f001';
const B = '01943c5f-02b4-7d11-8a6e-91c3d5e7f002';
const C = '01943c5f-02b4-7d11-8a6e-91c3d5e7f003';

describe('a stream of events', () => {
  it('is neither kept nor gathered on its way', async () => {
    const stream = await open('/events');
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
    await stream.until('retry: ');
    await stream.close();
  });

  it('tells what happens, in all organizations to the platform and to each its own', async () => {
    const viewer = await api.tokenOf('acme', 'viewer');
    const all = await open('/events');
    const own = await open('/organizations/acme/events', viewer);
    await Promise.all([all.until('retry: '), own.until('retry: ')]);
    await happens('globex', B);
    await happens('acme', A);
    await all.until(A);
    await own.until(A);
    expect(all.text).toContain(B);
    expect(own.text).not.toMatch(/globex|f002/);
    expect(own.text).toMatch(/^data: \{"id":"\d+-\d+","organization":"acme","version":\d+,"kind":"task-result"/m);
    await Promise.all([all.close(), own.close()]);
  });

  it('goes on where it was interrupted', async () => {
    const first = await open('/organizations/acme/events');
    await happens('acme', A);
    await first.until(A);
    const { lastId } = first;
    await first.close();
    api.clock.advance(5_000);
    await happens('acme', B);
    const again = await open('/organizations/acme/events', TOKEN, { 'last-event-id': lastId });
    await again.until(B);
    await again.close();
  });

  it.each(['1-1', 'x', '1000000000000-1', '9999999999999-1', "1'; drop table"])(
    'says that there is a gap after %s, which it cannot know of',
    async (lastEventId) => {
      const stream = await open('/organizations/acme/events', TOKEN, { 'last-event-id': lastEventId });
      await stream.until('event: gap');
      await stream.close();
    },
  );

  it('says so, too, when there is more than anybody reads one by one', async () => {
    const stream = await open('/events');
    await stream.until('retry: ');
    for (let n = 0; n < 600; n++) {
      api.changes.note({
        kind: 'organization',
        organization: 'acme',
        organizationId: await idOf('acme'),
        subject: `${n}`,
      });
    }
    await stream.until('event: gap');
    await stream.close();
  });

  it('ends for whoever is no longer let in, and soon', async () => {
    const made = await api.ask('POST', '/organizations/acme/tokens', { body: { name: 'gone', role: 'viewer' } });
    const { id, token } = made.json<{ id: string; token: string }>();
    const stream = await open('/organizations/acme/events', token);
    await stream.until('retry: ');
    await api.ask('DELETE', `/organizations/acme/tokens/${id}`);
    await happens('acme', C);
    const askedAt = performance.now();
    expect(await stream.toEnd()).toContain('{"why":"signed_out"}');
    expect(performance.now() - askedAt).toBeLessThan(9_000);
  }, 15_000);

  it('are bounded for each who reads', async () => {
    const token = await api.platformToken('support');
    const streams = await Promise.all(Array.from({ length: 20 }, () => open('/events', token)));
    expect((await open('/events', token)).response.status).toBe(429);
    await Promise.all(streams.map((stream) => stream.close()));
  });

  it('tells that it ends when the process does', async () => {
    const other = await new ApiUnderTest().start();
    const address = await other.listen();
    const stream = new Reader(
      await fetch(`${address}/api/v1/events`, { headers: { authorization: `Bearer ${TOKEN}` } }),
    );
    await stream.until('retry: ');
    const [, text] = await Promise.all([other.stop(), stream.toEnd()]);
    expect(text).toContain('{"why":"shutdown"}');
  });
});
