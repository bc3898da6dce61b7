import { fastify, type InjectOptions } from 'fastify';
import { readConfig, type Environment } from '@rungate/config';
import { guardHost } from './host-guard.js';

const PRODUCTION: Environment = {
  RUNGATE_PUBLIC_URL: 'https://rungate.example.com',
  RUNGATE_LISTEN: '0.0.0.0:3000',
  DATABASE_URL: 'postgres://rungate:secret@db.example.com/rungate',
  RUNGATE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
};

async function status(env: Environment, request: InjectOptions): Promise<number> {
  const server = fastify();
  guardHost(server, readConfig(env, { roles: ['ingress', 'worker', 'api'], development: 'embedded' }));
  for (const path of ['/', '/healthz']) server.get(path, () => ({}));
  const answer = await server.inject(request);
  await server.close();
  return answer.statusCode;
}

describe('the host guard in development', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'LOCALHOST'])('lets %s in', async (host) => {
    expect(await status({}, { url: '/', headers: { host } })).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1.evil.example:3000', '10.0.0.5:3000'])('answers 421 to %s', async (host) => {
    expect(await status({}, { url: '/', headers: { host } })).toBe(421);
    expect(await status({}, { url: '/healthz', headers: { host } })).toBe(421);
  });

  it.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'])(
    'answers 421 when a proxy shows itself by %s',
    async (header) => {
      expect(await status({}, { url: '/', headers: { host: 'localhost', [header]: 'x' } })).toBe(421);
    },
  );

  it('answers 421 to a connection that is not from this machine, whatever name it uses', async () => {
    const headers = { host: 'localhost' };
    expect(await status({}, { url: '/', headers, remoteAddress: '192.168.1.9' })).toBe(421);
    expect(await status({}, { url: '/', headers, remoteAddress: '::ffff:127.0.0.1' })).toBe(200);
  });
});

describe('the host guard outside development', () => {
  it('answers for the public name only, and for health by any name', async () => {
    expect(await status(PRODUCTION, { url: '/', headers: { host: 'rungate.example.com' } })).toBe(200);
    expect(await status(PRODUCTION, { url: '/', headers: { host: 'rungate.example.com:443' } })).toBe(200);
    expect(await status(PRODUCTION, { url: '/', headers: { host: 'other.example.com' } })).toBe(421);
    expect(await status(PRODUCTION, { url: '/healthz', headers: { host: '10.1.2.3:3000' } })).toBe(200);
  });
});
