import { EgressError } from '@rungate/egress';
import * as client from 'openid-client';
import { SignInError } from '../errors.js';

/** What went wrong at a provider, for those who manage the connection; null for a fault of our own. */
export function providerFault(error: unknown): string | null {
  if (error instanceof SignInError || error instanceof EgressError) return error.message;
  if (!isOfProtocol(error)) return null;
  const { message, cause } = error;
  // openid-client wraps what it is thrown.
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

function isOfProtocol(error: unknown): error is Error {
  return (
    error instanceof client.ClientError ||
    error instanceof client.ResponseBodyError ||
    error instanceof client.AuthorizationResponseError ||
    error instanceof client.WWWAuthenticateChallengeError
  );
}
