import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';

const SAFE = new Set(['GET', 'HEAD']);
/** A page of somebody else cannot set it without asking first, and is answered no. */
const HEADER = 'x-rungate-request';

/**
 * Refuses what another site's page could have sent with the person's cookie: it must name our header, be JSON where it has
 * a body, and come from a page of ours by the browser's own word.
 * @throws ApiError `cross_site`
 */
export function refuseCrossSite(
  { method, headers }: Pick<FastifyRequest, 'method' | 'headers'>,
  publicUrl: string,
): void {
  if (SAFE.has(method)) return;
  const type = headers['content-type'];
  const isJson = type === undefined || /^application\/([\w.+-]+\+)?(json|x-ndjson)\s*(;|$)/i.test(type);
  if (headers[HEADER] === '1' && isJson && isFromOurPage(headers, publicUrl)) return;
  const detail = 'A request with a session needs X-Rungate-Request: 1, JSON, and a page of this origin that sends it.';
  throw new ApiError('cross_site', detail);
}

/** Sec-Fetch-Site cannot be set by a page; older browsers say Origin. */
export function isFromOurPage(headers: FastifyRequest['headers'], publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === new URL(publicUrl).origin : site === 'same-origin';
}
