import { TestSamlProvider } from '@rungate/api/testing';
import { queryAsSuperuser } from '../harness/embedded-database.js';
import { startLoopbackServer } from '../harness/loopback-server.js';
import type { Rungate } from '../harness/rungate-process.js';

/** A SAML provider with a page of its own, that acme signs in through. */
export interface SamlConnection {
  readonly origin: string;
  /** Where a sign-in through it begins. */
  readonly loginPath: string;
}

const CONNECTION = '00000000-0000-7000-8000-0000000000e1';

/**
 * Starts a provider whose page posts its answer by itself, and makes it a connection of acme. It is of another site than the
 * platform, as every real one is: for cookies `localhost` is, and another port of 127.0.0.1 is not.
 */
export async function connectSamlProvider({ url, dataDir }: Pick<Rungate, 'url' | 'dataDir'>): Promise<SamlConnection> {
  const provider = new TestSamlProvider();
  const server = await startLoopbackServer(async ({ path }) => {
    // A browser asks for an icon as well.
    if (!path.startsWith('/sso?')) return { status: 404, body: '' };
    const answer = await provider.answer(`http://localhost${path}`);
    return { status: 200, type: 'text/html', body: pageThatPosts(answer, `${url}/auth/c/${CONNECTION}/acs`) };
  });
  const origin = server.origin.replace('127.0.0.1', 'localhost');
  const certificates = JSON.stringify([provider.certificate]);
  await queryAsSuperuser(
    dataDir,
    `INSERT INTO sso_connections (id, organization_id, type, name, status, issuer, sign_in_url, certificates, default_role, activated_at)
     SELECT '${CONNECTION}', id, 'saml', 'SAML of acme', 'active', '${provider.issuer}', '${origin}/sso', '${certificates}', 'viewer', now()
     FROM organizations WHERE slug = 'acme'`,
  );
  return { origin, loginPath: `/auth/c/${CONNECTION}/login` };
}

function pageThatPosts(answer: string, to: string): string {
  return `<!doctype html><html lang="en"><title>Signing in</title>
<form method="post" action="${to}"><input type="hidden" name="SAMLResponse" value="${answer}"></form>
<script>document.forms[0].submit()</script></html>`;
}
