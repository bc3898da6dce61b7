import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** `session`: who is signed in. `login`: a sign-in that this browser began. `setup`: the draft that a link let set up. */
export type CookieName = 'session' | 'login' | 'setup';

const NAMES: Readonly<Record<CookieName, string>> = {
  session: 'rungate_sid',
  login: 'rungate_login',
  setup: 'rungate_setup',
};
const SECRET_BYTES = 32;
const WRITTEN = /^[\w-]{43}$/;

/** What a cookie holds, and what is stored of it. */
export interface CookieSecret {
  readonly value: string;
  readonly hash: Uint8Array;
}

/** 256 bits of chance. */
export function newSecret(): CookieSecret {
  const value = randomBytes(SECRET_BYTES).toString('base64url');
  return { value, hash: secretHash(value) };
}

/** SHA-256: what it hashes is random, and needs nothing slower. */
export function secretHash(value: string): Uint8Array {
  return createHash('sha256').update(value).digest();
}

/** Cookies of ours: over https with a prefix that no other host and no page without TLS can set. */
export class Cookies {
  readonly #isSecure: boolean;

  constructor(publicUrl: string) {
    this.#isSecure = publicUrl.startsWith('https:');
  }

  /** Hash of what the browser holds; null when it holds nothing of ours. Two of one name are nobody's. */
  hashIn({ headers }: Pick<FastifyRequest, 'headers'>, name: CookieName): Uint8Array | null {
    const wanted = `${this.#nameOf(name)}=`;
    const found = (headers.cookie ?? '').split(/; */).filter((pair) => pair.startsWith(wanted));
    const value = found.length === 1 ? (found[0] ?? '').slice(wanted.length) : '';
    return WRITTEN.test(value) ? secretHash(value) : null;
  }

  /** The browser forgets it when it is closed, or after some seconds. */
  set(reply: FastifyReply, name: CookieName, value: string, maxAgeSeconds?: number): void {
    this.#write(reply, name, `${value}${maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`}`);
  }

  clear(reply: FastifyReply, name: CookieName): void {
    this.#write(reply, name, '; Max-Age=0');
  }

  #write(reply: FastifyReply, name: CookieName, content: string): void {
    const secure = this.#isSecure ? '; Secure' : '';
    void reply.header('set-cookie', `${this.#nameOf(name)}=${content}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  }

  #nameOf(name: CookieName): string {
    return `${this.#isSecure ? '__Host-' : ''}${NAMES[name]}`;
  }
}
