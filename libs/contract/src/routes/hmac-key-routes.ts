import * as examples from '../examples.js';
import { createdHmacKey, hmacKeyPath, newHmacKey, refusal } from '../hmac-key.js';
import { pageOf } from '../paging.js';
import { runTaskPath, runTaskQuery } from '../run-task.js';
import { empty, nothing, type Route } from './route.js';

/** `/organizations/{org}/run-tasks/{name}/hmac-keys`, and `…/refusals` */
export const hmacKeyRoutes = {
  createHmacKey: {
    method: 'post',
    path: '/organizations/{org}/run-tasks/{name}/hmac-keys',
    summary: 'Rotate the HMAC key: the new one counts at once, those before it for the overlap',
    permission: 'hmac-keys.write',
    stepUp: true,
    params: runTaskPath,
    query: empty,
    body: newHmacKey,
    once: ['hmacKey', 'sealedHmacKey'],
    responses: { 201: { description: 'The only answer with the key.', shape: createdHmacKey } },
    example: { body: { overlapHours: 72 }, response: examples.createdHmacKey },
  },
  revokeHmacKey: {
    method: 'delete',
    path: '/organizations/{org}/run-tasks/{name}/hmac-keys/{id}',
    summary: 'Revoke an HMAC key at once: requests signed with it are refused everywhere',
    permission: 'hmac-keys.write',
    stepUp: true,
    params: hmacKeyPath,
    query: empty,
    body: nothing,
    responses: { 204: { description: 'It no longer counts.', shape: nothing } },
    example: { response: undefined },
  },
  listRefusals: {
    method: 'get',
    path: '/organizations/{org}/run-tasks/{name}/refusals',
    summary: 'Why requests to the hook were refused, newest minute first',
    permission: 'run-tasks.read',
    params: runTaskPath,
    query: runTaskQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(refusal) } },
    example: { response: { items: [examples.refusal], nextCursor: null } },
  },
} satisfies Record<string, Route>;
