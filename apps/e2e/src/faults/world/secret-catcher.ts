/** Longer than what stands before the end of a token. */
const TAIL = 400;

/** Collects what must appear nowhere: what we made ourselves, and the access tokens of requests. */
export class SecretCatcher {
  readonly #secrets = new Set<string>();
  #tail = '';

  /** Notes a secret, and returns it. */
  add(secret: string): string {
    this.#secrets.add(secret);
    return secret;
  }

  /** Looks for access tokens in what is sent to a hook. */
  readRequest(bytes: Buffer): void {
    const text = this.#tail + bytes.toString('latin1');
    for (const [, token = ''] of text.matchAll(/"access_token":"([^"]{8,200})"/g)) this.add(token);
    this.#tail = text.slice(-TAIL);
  }

  /** Each as it is, and as a `bytea` is printed. */
  all(): readonly string[] {
    return [...this.#secrets].flatMap((secret) => [secret, Buffer.from(secret).toString('hex')]);
  }
}
