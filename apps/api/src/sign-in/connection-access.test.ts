import { EgressError, type Egress } from '@rungate/egress';
import { InMemoryOriginStore, TESTER } from '@rungate/run-task/testing';
import { portsFor } from './connection-access.js';
import { aSignInConnection } from './testing/a-connection.js';

const ISSUER = 'https://idp.acme.example:8443/realms/acme';
const ORGANIZATION = { id: '01943c60-0000-7000-8000-0000000000aa', slug: 'acme' };

describe('ports that a connection may name besides 443', () => {
  const origins = new InMemoryOriginStore();
  const egress = (development: boolean): Egress => ({
    development,
    request: () => Promise.reject(new EgressError('forbidden', 'tests reach nothing')),
    close: () => Promise.resolve(),
  });
  const ports = (organization: typeof ORGANIZATION | null, development = false) =>
    portsFor(aSignInConnection({ issuer: ISSUER, organization }), {
      egress: egress(development),
      origins,
      openOrigins: { origins: [] },
    });

  it('are those of the platform, and none that an organization chose for itself', async () => {
    expect(await ports(null)).toEqual([8443]);
    expect(await ports(ORGANIZATION)).toEqual([]);
    expect(await ports(ORGANIZATION, true)).toEqual([8443]);
  });

  it('are those of an origin that was approved for it', async () => {
    const desired = {
      origin: 'https://idp.acme.example:8443',
      state: 'approved' as const,
      privateRanges: [],
      caBundle: null,
    };
    await origins.put({ organizationId: ORGANIZATION.id, desired, expected: {}, by: TESTER, dryRun: false });
    expect(await ports(ORGANIZATION)).toEqual([8443]);
    expect(await ports({ ...ORGANIZATION, id: '01943c60-0000-7000-8000-0000000000bb' })).toEqual([]);
  });
});
