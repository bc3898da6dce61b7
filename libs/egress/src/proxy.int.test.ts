import { connectProxy } from '../testing/connect-proxy.js';
import { selfSigned } from '../testing/certificate.js';
import { client, closeAll, fail, loopback, read, serve, serveTcp, serveTls } from '../testing/talk.js';
import type { Resolve } from './connector.js';

afterEach(closeAll);

const certificate = selfSigned(['tfe.example']);
const caBundle = certificate.cert;
const unknown: Resolve = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));

describe('through a proxy', () => {
  it('the host is asked under its own certificate, and CONNECT names the address that was judged', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const proxy = await connectProxy();
    const egress = client({ resolve: loopback, proxy, caBundle });
    expect(await read(egress, origin, '/')).toMatchObject({ status: 200, text: 'tls' });
    expect(proxy.asked).toEqual([`127.0.0.1:${new URL(origin).port}`]);
  });

  it('a host with the certificate of another is refused', async () => {
    const origin = await serveTls(certificate, 'other.example');
    const egress = client({ resolve: loopback, proxy: await connectProxy(), caBundle });
    expect(await fail(egress, origin)).toMatchObject({ code: 'certificate', sent: false });
  });

  it('a name that changes between two looks is looked up once', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const proxy = await connectProxy();
    let asked = 0;
    const rebinding: Resolve = () =>
      Promise.resolve([{ address: (asked += 1) === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
    expect(await read(client({ resolve: rebinding, proxy, caBundle }), origin, '/')).toMatchObject({ text: 'tls' });
    expect({ asked, connects: proxy.asked }).toEqual({ asked: 1, connects: [`127.0.0.1:${new URL(origin).port}`] });
  });

  it.each(['169.254.169.254', '10.0.0.1', '100.100.100.200', 'fd00:ec2::254', '::ffff:169.254.169.254'])(
    'a name that leads to %s is forbidden before the proxy hears of it',
    async (address) => {
      const proxy = await connectProxy();
      const resolve: Resolve = () => Promise.resolve([{ address, family: address.includes(':') ? 6 : 4 }]);
      const failure = await fail(client({ resolve, proxy }), 'https://tfe.example');
      expect(failure).toMatchObject({ code: 'forbidden', sent: false });
      expect(proxy.asked).toEqual([]);
    },
  );

  it('literal addresses are judged, too', async () => {
    const proxy = await connectProxy();
    for (const origin of ['https://169.254.169.254', 'https://[fd00:ec2::254]', 'https://10.0.0.1']) {
      expect(await fail(client({ proxy }), origin)).toMatchObject({ code: 'forbidden', sent: false });
    }
    expect(proxy.asked).toEqual([]);
  });

  it('the proxy itself is no target, directly or through itself', async () => {
    const proxy = await connectProxy();
    const itself = `https://tfe.example:${proxy.port}`;
    for (const exempt of [[], ['tfe.example']]) {
      const egress = client({ resolve: loopback, proxy: { ...proxy, exempt } });
      const failure = await fail(egress, itself);
      expect(failure).toMatchObject({ code: 'forbidden', sent: false });
      expect(failure.message).toContain("one of Rungate's own services");
    }
    expect(proxy.asked).toEqual([]);
  });

  it('a name that only the proxy can resolve is refused with a remedy', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const proxy = await connectProxy();
    const failure = await fail(client({ resolve: unknown, proxy, caBundle }), origin);
    expect(failure).toMatchObject({ code: 'dns', sent: false });
    expect(failure.message).toContain('let this host resolve it');
    expect(proxy.asked).toEqual([]);
  });

  it('a name that only the proxy can resolve is called where the operator named it for all', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const proxy = await connectProxy();
    const egress = client({ resolve: unknown, proxy, caBundle, namedOrigins: [origin] });
    expect(await read(egress, origin, '/')).toMatchObject({ text: 'tls' });
    expect(proxy.asked).toEqual([new URL(origin).host]);
  });

  it('the next address of a host is tried when one is down', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const { port } = new URL(origin);
    const proxy = await connectProxy({ down: [`[::1]:${port}`] });
    const both: Resolve = () =>
      Promise.resolve([
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    expect(await read(client({ resolve: both, proxy, caBundle }), origin, '/')).toMatchObject({ text: 'tls' });
    expect(proxy.asked).toEqual([`[::1]:${port}`, `127.0.0.1:${port}`]);
  });

  it('connections are shared no further than without it', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const proxy = await connectProxy();
    const egress = client({ resolve: loopback, proxy });
    const grant = { caBundle };
    expect(await read(egress, origin, '/', { grant })).toMatchObject({ text: 'tls' });
    expect(await fail(egress, origin, { organizationId: 'b' })).toMatchObject({ code: 'certificate' });
    expect(proxy.asked).toHaveLength(2);
  });
});

describe('the proxy', () => {
  it('gets the login it asks for, and a wrong one is told without it', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const proxy = await connectProxy({ credentials: 'me:login-canary' });
    expect(await read(client({ resolve: loopback, proxy, caBundle }), origin, '/')).toMatchObject({ text: 'tls' });
    const wrong = { ...proxy, credentials: 'me:wrong-canary' };
    const failure = await fail(client({ resolve: loopback, proxy: wrong, caBundle }), origin);
    expect(failure).toMatchObject({ code: 'refused', sent: false });
    expect(failure.message).toContain('wants another login (HTTP 407)');
    expect(failure.message).not.toContain('canary');
  });

  it('may speak TLS, under a certificate that is checked', async () => {
    const origin = await serveTls(certificate, 'tfe.example');
    const itsOwn = selfSigned(['127.0.0.1']);
    const proxy = await connectProxy({ certificate: itsOwn });
    const trusting = client({ resolve: loopback, proxy, caBundle: `${caBundle}${itsOwn.cert}` });
    expect(await read(trusting, origin, '/')).toMatchObject({ text: 'tls' });
    // What an organization was granted for its origin vouches for nobody else.
    const grant = { caBundle: itsOwn.cert };
    expect(await fail(client({ resolve: loopback, proxy, caBundle }), origin, { grant })).toMatchObject({
      code: 'refused',
      sent: false,
    });
  });

  it('that is down, or is none, is named with its variable', async () => {
    const silent = await serveTcp((socket) => socket.end('what?\r\n\r\n'));
    const proxy = { host: '127.0.0.1', port: Number(new URL(silent).port), tls: false, credentials: null, exempt: [] };
    const failure = await fail(client({ resolve: loopback, proxy }), 'https://tfe.example');
    expect(failure).toMatchObject({ code: 'refused', sent: false });
    expect(failure.message).toContain('HTTPS_PROXY');
  });

  it('is left out for exempt hosts, and for plain http', async () => {
    const proxy = await connectProxy();
    const origin = await serveTls(certificate, 'tfe.example');
    const direct = client({ resolve: loopback, caBundle, proxy: { ...proxy, exempt: ['.example'] } });
    expect(await read(direct, origin, '/')).toMatchObject({ text: 'tls' });
    const plain = await serve((_request, response) => response.end('plain'));
    expect(await read(client({ proxy }), plain, '/')).toMatchObject({ text: 'plain' });
    expect(proxy.asked).toEqual([]);
  });
});
