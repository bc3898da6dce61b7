import { createHash } from 'node:crypto';
import { parseUrl, type EgressAnswer } from '@rungate/egress';
import { clip, plainText } from '@rungate/run-task';

/** Characters of an answer that are kept for operators. */
const KEPT = 2_000;
const SECRET = '[secret]';
/** A shorter piece of a token at the end of a text that was cut tells nothing. */
const TELLING = 6;

/** What a server wrote, without our token and without any query string: both open doors. Takes linear time. */
export function redacted(text: string, accessToken: string): string {
  return withoutCutToken(text, accessToken)
    .replaceAll(accessToken, SECRET)
    .replaceAll(/[^\s"'<>]+/g, withoutQuery);
}

/** What is kept of an answer that was no success, at most 2,000 characters; undefined when it said nothing. */
export function keptOf(
  answer: Pick<EgressAnswer, 'status' | 'header'>,
  body: string,
  accessToken: string,
): string | undefined {
  if (answer.status < 300) return undefined;
  const location = answer.header('location');
  const lines = redacted(body, accessToken)
    .slice(0, 2 * KEPT)
    .split(/\r\n|[\r\n]/);
  const said = [...(location === null ? [] : [`Location: ${targetOf(location)}`]), ...lines]
    .map((line) => plainText(line, KEPT))
    .join('\n')
    .trim();
  return said === '' ? undefined : clip(said, KEPT);
}

/** A redirect target as it may be shown: its origin, and a hash that tells whether two paths are the same. */
export function targetOf(location: string): string {
  const hash = createHash('sha256').update(location).digest('hex').slice(0, 8);
  const port = Number(/^https?:\/\/[^/?#]*:(\d+)/i.exec(location)?.[1] ?? 443);
  const parsed = parseUrl(location.replace(/#.*$/s, ''), { development: true, ports: [port, 80] });
  if (parsed.ok) return `${parsed.url.origin} (path ${hash})`;
  return location.startsWith('/') && !location.startsWith('//')
    ? `the same host (path ${hash})`
    : `an unusual address (${hash})`;
}

/** Where reading stopped in the middle of the token, its start would stay. */
function withoutCutToken(text: string, accessToken: string): string {
  for (let length = accessToken.length - 1; length >= TELLING; length--) {
    if (text.endsWith(accessToken.slice(0, length))) return text.slice(0, -length) + SECRET;
  }
  return text;
}

function withoutQuery(word: string): string {
  const mark = word.search(/\?|\\u003f|%3f|&#x3f;|&#63;/i);
  if (mark === -1) return word;
  const isAddress = word.slice(0, mark).includes('/') || word.includes('=', mark);
  return isAddress ? word.slice(0, mark) : word;
}
