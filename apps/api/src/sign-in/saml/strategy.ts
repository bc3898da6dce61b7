import { randomBytes } from 'node:crypto';
import { Strategy, ValidateInResponseTo, type CacheProvider, type Profile } from '@node-saml/passport-saml';
import type { SignInConnection } from '@rungate/run-task';
import { SignInError } from '../errors.js';
import { MOST_SKEW_MS } from './assertion.js';

/** Where one connection is reached, as its provider knows it. */
export interface ServiceProvider {
  /** Our entity id for this connection. */
  readonly entityId: string;
  readonly acsUrl: string;
}

/** The names of one connection below the public URL. */
export function serviceProviderOf(connectionId: string, publicUrl: string): ServiceProvider {
  const base = `${publicUrl.replace(/\/$/, '')}/auth/c/${connectionId}`;
  return { entityId: `${base}/metadata`, acsUrl: `${base}/acs` };
}

/** What a strategy is made for. */
export interface SamlStrategyOptions {
  readonly connection: SignInConnection;
  readonly publicUrl: string;
  /** Id of the request that is sent, or of the one that was answered. */
  readonly requestId: string;
  /** The person must show the provider anew who he is. */
  readonly isStepUp: boolean;
}

/** 160 random bits; an XML name may not begin with a digit. */
export function newRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/** passport-saml for one connection and one request. @throws SignInError `misconfigured` */
export function samlStrategy({ connection, publicUrl, requestId, isStepUp }: SamlStrategyOptions): Strategy {
  const { signInUrl, issuer, certificates } = connection;
  if (signInUrl === null || issuer === null || certificates.length === 0)
    throw new SignInError('misconfigured', 'The connection has no metadata of its provider.');
  const { entityId, acsUrl } = serviceProviderOf(connection.id, publicUrl);
  const accept = (
    profile: Profile | null,
    done: (error: Error | null, user?: Record<string, unknown>) => void,
  ): void => {
    done(null, profile === null ? undefined : { ...profile });
  };
  return new Strategy(
    {
      callbackUrl: acsUrl,
      entryPoint: signInUrl,
      issuer: entityId,
      audience: entityId,
      idpIssuer: issuer,
      idpCert: [...certificates],
      wantAssertionsSigned: true,
      // What counts is signed by itself; many providers sign no more than that.
      wantAuthnResponseSigned: false,
      acceptedClockSkewMs: MOST_SKEW_MS,
      identifierFormat: null,
      disableRequestedAuthnContext: true,
      forceAuthn: isStepUp,
      generateUniqueId: () => requestId,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: onlyRequest(requestId),
    },
    accept,
    accept,
  );
}

/** Who waits for which answer is in Postgres, and was asked before: here one request counts and no other. */
function onlyRequest(requestId: string): CacheProvider {
  const sentAt = new Date().toISOString();
  return {
    saveAsync: (_key, value) => Promise.resolve({ value, createdAt: Date.now() }),
    getAsync: (key) => Promise.resolve(key === requestId ? sentAt : null),
    removeAsync: (key) => Promise.resolve(key),
  };
}
