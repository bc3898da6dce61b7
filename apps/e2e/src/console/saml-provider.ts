import { acsUrlOf, TestSamlProvider } from '@rungate/api/testing';
import { queryAsSuperuser } from '../harness/embedded-database.js';
import { startLoopbackServer } from '../harness/loopback-server.js';
import type { Rungate } from '../harness/rungate-process.js';

/** Somebody whom the SAML provider knows, and where that person signs in. */
export interface SamlPerson {
  readonly name: string;
  readonly email: string;
  readonly group: string;
  readonly plane: SamlPlane;
}

/** A plane with a SAML connection: an organization, or the platform. */
type SamlPlane = 'acme' | 'globex' | 'platform';

interface Connected {
  readonly plane: SamlPlane;
  readonly id: string;
  /** Groups are named as the roles that they give. */
  readonly roles: readonly string[];
  readonly defaultRole: string | null;
}

const CONNECTIONS: readonly Connected[] = [
  { plane: 'acme', id: '00000000-0000-7000-8000-0000000000e1', roles: ['admin'], defaultRole: 'viewer' },
  { plane: 'globex', id: '00000000-0000-7000-8000-0000000000e2', roles: ['admin'], defaultRole: 'viewer' },
  { plane: 'platform', id: '00000000-0000-7000-8000-0000000000e3', roles: ['owner', 'operator'], defaultRole: null },
];
const GROUPS = 'http://schemas.passportjs.com/groups';

/** A SAML provider with a page of its own, which both organizations and the platform sign in through. */
export class SamlProvider {
  private constructor(
    readonly origin: string,
    private readonly provider: TestSamlProvider,
  ) {}

  /**
   * Starts one whose page posts its answer by itself. It is of another site than the platform, as every real one is: for cookies
   * `localhost` is, and another port of 127.0.0.1 is not.
   */
  static async start(): Promise<SamlProvider> {
    const provider = new TestSamlProvider();
    const server = await startLoopbackServer(async ({ path }) => {
      // A browser asks for an icon as well.
      if (!path.startsWith('/sso?')) return { status: 404, body: '' };
      const location = `http://localhost${path}`;
      return {
        status: 200,
        type: 'text/html',
        body: pageThatPosts(await provider.answer(location), acsUrlOf(location)),
      };
    });
    return new SamlProvider(server.origin.replace('127.0.0.1', 'localhost'), provider);
  }

  /** Makes an active connection of each plane; the id of acme's. */
  async connect({ dataDir }: Pick<Rungate, 'dataDir'>): Promise<string> {
    for (const { plane, id, roles, defaultRole } of CONNECTIONS) {
      const rules = JSON.stringify(roles.map((role) => ({ claim: GROUPS, value: role, role })));
      // The provider serves all of them: each lets in its own people alone.
      const required = JSON.stringify([{ claim: GROUPS, value: plane }]);
      const organization = plane === 'platform' ? 'NULL' : `(SELECT id FROM organizations WHERE slug = '${plane}')`;
      await queryAsSuperuser(
        dataDir,
        `INSERT INTO sso_connections (id, organization_id, type, name, status, issuer, sign_in_url, certificates, required_claims, role_rules,
           default_role, activated_at)
         VALUES ('${id}', ${organization}, 'saml', 'SAML of ${plane}', 'active', '${this.provider.issuer}', '${this.signInUrl}',
           '${JSON.stringify([this.provider.certificate])}', '${required}', '${rules}',
           ${defaultRole === null ? 'NULL' : `'${defaultRole}'`}, now())`,
      );
    }
    return idOf('acme');
  }

  /** What it calls the groups of a person. */
  readonly groupsClaim = GROUPS;

  get signInUrl(): string {
    return `${this.origin}/sso`;
  }

  get issuer(): string {
    return this.provider.issuer;
  }

  get certificate(): string {
    return this.provider.certificate;
  }

  /** Who sits before the browser from now on; where that person's sign-in begins. */
  becomes({ name, email, group, plane }: SamlPerson): string {
    this.provider.person = { id: email, name, email };
    this.provider.groups = [plane, group];
    return `/auth/c/${idOf(plane)}/login`;
  }
}

function idOf(plane: SamlPlane): string {
  return CONNECTIONS.find((each) => each.plane === plane)?.id ?? '';
}

function pageThatPosts(answer: string, to: string): string {
  return `<!doctype html><html lang="en"><title>Signing in</title>
<form method="post" action="${to}"><input type="hidden" name="SAMLResponse" value="${answer}"></form>
<script>document.forms[0].submit()</script></html>`;
}
