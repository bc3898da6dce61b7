import { isRecord } from './hide-marked.js';
import { MIN_SECRET_LENGTH } from './secret-matcher.js';

/** Adds every string in a sensitive value, and what Terraform's functions make of it. */
export function collectStrings(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length < MIN_SECRET_LENGTH) return;
    into.add(value);
    into.add(base64(value));
    if (isPlain(value)) return;
    // The same string inside a JSON document that is itself a string, such as a policy.
    const escaped = JSON.stringify(value).slice(1, -1);
    into.add(escaped);
    into.add(escaped.replace(/[<>&\u2028\u2029]/g, escapeAsTerraform));
    into.add(urlencode(value));
  } else if (Array.isArray(value)) {
    for (const element of value) collectStrings(element, into);
  } else if (isRecord(value)) {
    for (const member of Object.values(value)) collectStrings(member, into);
  }
}

/** Nothing in it is written differently in JSON or in a URL. */
function isPlain(text: string): boolean {
  return /^[A-Za-z0-9_.~-]*$/.test(text);
}

/** Terraform's `jsonencode` is Go's: it also escapes what HTML gives a meaning. */
function escapeAsTerraform(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** As `base64encode` writes it, without the end that depends on what follows. */
function base64(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.toString('base64', 0, bytes.length - (bytes.length % 3));
}

/** As `urlencode` writes it: Go's QueryEscape. */
function urlencode(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
