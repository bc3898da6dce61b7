import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWK } from 'jose';
import { ApiUnderTest, pointers } from '../testing/index.js';

const PATH = '/organizations/acme/run-tasks/guard';
const ORIGIN = 'https://app.terraform.io';
const KINDS = [
  { alg: 'ECDH-ES+A256KW', crv: 'P-256' },
  { alg: 'ECDH-ES+A256KW', crv: 'P-521' },
  { alg: 'ECDH-ES+A256KW', crv: 'X25519' },
  { alg: 'RSA-OAEP-256', modulusLength: 2048 },
];

describe('a key that is delivered sealed', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await new ApiUnderTest().start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
  });
  afterEach(() => api.stop());

  const create = (sealedTo: unknown) =>
    api.ask('PUT', PATH, { body: { terraformOrigin: ORIGIN, deliver: { sealedTo } } });

  it.each(KINDS)('is opened by the private key alone ($alg $crv)', async ({ alg, ...options }) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { ...options, extractable: true });
    const created = await create({ ...wanted(await exportJWK(publicKey)), kid: 'vault-1' });
    expect(created.statusCode).toBe(201);
    const body = created.json<{ sealedHmacKey: string; hmacKeyFingerprint: string }>();
    expect(body).not.toHaveProperty('hmacKey');
    expect(decodeProtectedHeader(body.sealedHmacKey)).toMatchObject({ alg, enc: 'A256GCM', kid: 'vault-1' });
    const { plaintext } = await compactDecrypt(body.sealedHmacKey, privateKey);
    const key = Buffer.from(plaintext).toString('utf8');
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(created.body).not.toContain(key);
    expect((await api.ask('GET', PATH)).body).not.toContain(body.sealedHmacKey);
    const other = await generateKeyPair(alg, options);
    await expect(compactDecrypt(body.sealedHmacKey, other.privateKey)).rejects.toThrow();
  });

  it('is refused to what is no public key, before anything is created', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES+A256KW', { crv: 'P-256', extractable: true });
    const { x } = await exportJWK(publicKey);
    const rsa = await generateKeyPair('RSA-OAEP-256', { modulusLength: 2048, extractable: true });
    const { n } = await exportJWK(rsa.publicKey);
    const refused = [
      [await exportJWK(privateKey), '/deliver/sealedTo/d'],
      [{ kty: 'EC', crv: 'P-256', x, y: x }, '/deliver/sealedTo'],
      [{ kty: 'oct', k: 'c2VjcmV0' }, '/deliver/sealedTo/kty'],
      [{ kty: 'OKP', crv: 'Ed25519', x }, '/deliver/sealedTo/crv'],
      [{ kty: 'RSA', n: n?.slice(0, 170), e: 'AQAB' }, '/deliver/sealedTo/n'],
      ['ssh-rsa AAAA', '/deliver/sealedTo'],
    ] as const;
    for (const [key, pointer] of refused) {
      const answer = await create(key);
      expect({ status: answer.statusCode, pointers: pointers(answer) }).toEqual({ status: 400, pointers: [pointer] });
    }
    expect((await api.ask('GET', PATH)).statusCode).toBe(404);
  });
});

function wanted({ kty, crv, x, y, n, e }: JWK): object {
  return { kty, crv, x, y, n, e };
}
