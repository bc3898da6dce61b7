import type { IncomingMessage } from 'node:http';

const NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Headers that only a proxy sets: nothing may stand between a person and this process. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

/** Whether a request comes from this machine, asks for a name of it, and came by no proxy (P0-11). */
export function isLocal({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const name = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  return (
    (address === '::1' || address.startsWith('127.')) &&
    NAMES.has(name) &&
    PROXY_HEADERS.every((header) => headers[header] === undefined)
  );
}
