import { networkInterfaces } from 'node:os';
import { isOwnEndpoint } from './own.js';

it.each([
  ['the same address', '10.0.0.5', '10.0.0.5', true],
  ['the same address in another spelling', '10.0.0.5', '::ffff:10.0.0.5', true],
  ['another address', '10.0.0.5', '10.0.0.6', false],
  ['a name that leads there', 'localhost', '127.0.0.1', true],
  ['a name that leads elsewhere', 'localhost', '10.0.0.6', false],
  ['an address of another host, where we listen everywhere', '0.0.0.0', '203.0.113.7', false],
])('finds %s', async (_name, host, address, isOwn) => {
  expect(await isOwnEndpoint({ address, port: 5432, loopback: false }, [{ host, port: 5432 }])).toBe(isOwn);
});

it.each(['0.0.0.0', '::'])('finds every address of this host where we listen on %s', async (host) => {
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address));
  expect(addresses).not.toHaveLength(0);
  for (const address of addresses) {
    expect(await isOwnEndpoint({ address, port: 8080, loopback: false }, [{ host, port: 8080 }])).toBe(true);
  }
});

it('goes by the port alone on loopback, and by nothing on other ports', async () => {
  const own = [{ host: 'postgres.example', port: 5432 }];
  expect(await isOwnEndpoint({ address: '127.0.0.9', port: 5432, loopback: true }, own)).toBe(true);
  expect(await isOwnEndpoint({ address: '127.0.0.9', port: 5433, loopback: true }, own)).toBe(false);
});
