/** Why a sign-in cannot go on; the person is told no more than that the provider does not answer as it must. */
export type SignInErrorCode =
  /** The connection is not as its provider is. */
  | 'misconfigured'
  /** The provider vouches for somebody in a way that does not count. */
  | 'untrusted';

/** A sign-in that cannot go on. The message is for those who manage connections, and holds no secret. */
export class SignInError extends Error {
  constructor(
    readonly code: SignInErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'SignInError';
  }
}
