import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { interactionPolicy, type Configuration } from 'oidc-provider';
import { signOutPage } from './page.js';
import { PERSONAS } from './personas.js';
import type { DevelopmentClient } from './provider.js';

/** What oidc-provider is told: keys of this start, the clients that there are, and nobody asked for consent. */
export async function configurationFor(clients: readonly DevelopmentClient[]): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    clients: clients.map(({ id, secret, publicUrl }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [`${publicUrl}/auth/c/${id}/callback`],
      post_logout_redirect_uris: [`${publicUrl}/login`],
      backchannel_logout_uri: `${publicUrl}/auth/c/${id}/back-channel-logout`,
      backchannel_logout_session_required: true,
      id_token_signed_response_alg: 'ES256',
      grant_types: ['authorization_code'],
      response_types: ['code'],
    })),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true },
    // The provider gives a dispatcher that reaches nothing on loopback, where its clients are.
    fetch: (url, { method, headers, body, redirect, signal } = {}) =>
      fetch(url, { method, headers, body, redirect, signal }),
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => accountOf(id),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}`, policy: alwaysAsk() },
    // Everything that a client asks for is granted.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, form) {
          ctx.body = signOutPage(form);
        },
      },
    },
  };
}

/** Who was somebody a moment ago may want to be somebody else now. */
function alwaysAsk(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('persona', 'Say who you are.', (ctx) => ctx.oidc.result?.login === undefined),
    );
  return policy;
}

function accountOf(
  id: string,
): { accountId: string; claims: () => { sub: string; [claim: string]: unknown } } | undefined {
  const persona = PERSONAS.find((one) => one.id === id);
  if (persona === undefined) return undefined;
  const { name, plane, groups } = persona;
  const email = `${id}@${plane}.example`;
  return { accountId: id, claims: () => ({ sub: id, name, email, email_verified: true, groups: [...groups] }) };
}
