import type { LogFields } from './log.js';

// Names that secrets go by here and in Terraform's payloads, compared without case, `_` and `-`. `keyId` or
// `hmacKeyFingerprint` are no secrets, so only names that end so count.
const SECRET_NAME =
  /(token|password|secret|authorization|cookie|hmackey|encryptionkey|privatekey|databaseurl|redisurl)$/;

// `scheme://user:password@host`: connection strings come back in other people's error messages.
const CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]*(?::[^\s/?#]*)?@/gi;

/** The fields with every known secret masked: a second lock, callers do not log secrets. */
export function redact(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactValue(name, value)]));
}

function redactValue(name: string, value: LogFields[string]): LogFields[string] {
  if (value === null || value === '') return value;
  if (SECRET_NAME.test(name.toLowerCase().replaceAll(/[_-]/g, ''))) return '[secret]';
  return typeof value === 'string' ? value.replaceAll(CREDENTIALS, '$1[secret]@') : value;
}
