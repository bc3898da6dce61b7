import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import type { IncomingMessage } from 'node:http';
import { API_PREFIX } from '@rungate/contract';
import { freePort } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { describeWithNginx, startNginx, type Nginx } from './harness/nginx.js';
import { startRungate, type Rungate } from './harness/rungate-process.js';
import { until } from './harness/until.js';

jest.setTimeout(180_000);

const HEARD_WITHIN_MS = 20_000;

describeWithNginx('behind nginx, as deploy/nginx.conf sets it up', () => {
  let rungate: Rungate;
  let nginx: Nginx;

  beforeAll(async () => {
    const [port, nginxPort] = [await freePort(), await freePort()];
    const env = {
      RUNGATE_DEV: '0',
      RUNGATE_LISTEN: `127.0.0.1:${port}`,
      RUNGATE_PUBLIC_URL: `https://localhost:${nginxPort}`,
      RUNGATE_TRUSTED_PROXIES: '127.0.0.1/32',
    };
    [rungate, nginx] = await Promise.all([startRungate({ env }), startNginx(port, nginxPort)]);
  });
  afterAll(cleanUp);

  const ask = (
    method: string,
    route: string,
    more: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<IncomingMessage> => {
    const token = readFileSync(path.join(rungate.dataDir, 'bootstrap-token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more };
    return new Promise((resolve, reject) => {
      const tls = { ca: nginx.ca, servername: 'localhost' };
      request(`${nginx.url}${API_PREFIX}${route}`, { method, ...tls, headers }, resolve)
        .once('error', reject)
        .end(body);
    });
  };
  /** What a stream says, as it comes. */
  const listen = async (
    lastEventId?: string,
  ): Promise<{ readonly heard: () => string; readonly leave: () => void }> => {
    const answer = await ask('GET', '/events', lastEventId === undefined ? {} : { 'last-event-id': lastEventId });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
    });
    let heard = '';
    answer.setEncoding('utf8').on('data', (text: string) => (heard += text));
    return { heard: () => heard, leave: () => answer.destroy() };
  };
  const change = async (slug: string): Promise<void> => {
    const { statusCode } = await ask('PUT', `/organizations/${slug}`, {}, '{}');
    expect(statusCode).toBe(201);
  };

  it('tells events while the stream goes on, and resumes it where it was left', async () => {
    const stream = await listen();
    await change('first');
    await until('the event', HEARD_WITHIN_MS, () => stream.heard().includes('"organization":"first"') || null);
    const id = /^id: ?(\S+)$/m.exec(stream.heard())?.[1];
    stream.leave();
    await change('second');
    const resumed = await listen(id);
    await until('what was missed', HEARD_WITHIN_MS, () => resumed.heard().includes('"organization":"second"') || null);
    expect(resumed.heard()).not.toContain('event: gap');
    resumed.leave();
  });

  it('answers to its own name, and notes who asked and not nginx', async () => {
    const elsewhere = await ask('GET', '/me', { host: 'elsewhere.example.com' });
    expect(elsewhere.statusCode).toBe(421);
    const forged = { 'x-forwarded-for': '203.0.113.9' };
    expect((await ask('PUT', '/organizations/third', forged, '{}')).statusCode).toBe(201);
    const noted = await text(await ask('GET', '/audit-events?limit=1'));
    expect(noted).toContain('"name":"third"');
    expect(noted).toContain('"address":"127.0.0.1"');
  });
});

async function text(answer: IncomingMessage): Promise<string> {
  const parts: unknown[] = [];
  for await (const part of answer.setEncoding('utf8')) parts.push(part);
  return parts.join('');
}
