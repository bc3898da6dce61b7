import type { DesiredSettings } from '@rungate/run-task';

/** A connection of an organization of which nothing is known yet. */
export function newDraft(): DesiredSettings {
  return {
    settings: {
      type: 'oidc',
      name: 'Single sign-on',
      issuer: null,
      clientId: null,
      scopes: ['openid', 'profile', 'email'],
      metadataUrl: null,
      signInUrl: null,
      certificates: [],
      privateRanges: [],
      caBundle: null,
      attributeMap: {},
      requiredClaims: [],
      roleRules: [],
      defaultRole: 'viewer',
      jit: true,
      idleMinutes: null,
      absoluteMinutes: null,
      discoverable: false,
    },
    clientSecret: null,
  };
}
