import * as examples from '../examples.js';
import { organizationPath } from '../organization.js';
import { desiredOrigin, originBody, originPath, originPut, originQuery } from '../origin.js';
import { pageOf } from '../paging.js';
import { putQuery } from '../put.js';
import { empty, FOUND, nothing, type Route } from './route.js';

/** `/organizations/{org}/origins` */
export const originRoutes = {
  listOrigins: {
    method: 'get',
    path: '/organizations/{org}/origins',
    summary: 'List the origins that an organization asked for or was granted',
    permission: 'origins.read',
    params: organizationPath,
    query: originQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(originBody) } },
    example: { response: { items: [examples.origin], nextCursor: null } },
  },
  getOrigin: {
    method: 'get',
    path: '/organizations/{org}/origins/{origin}',
    summary: 'Show what an organization was granted at an origin',
    permission: 'origins.read',
    params: originPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: FOUND, shape: originBody } },
    example: { response: examples.origin },
  },
  putOrigin: {
    method: 'put',
    path: '/organizations/{org}/origins/{origin}',
    summary: 'Approve or refuse an origin for an organization, with what it may reach and trust there',
    permission: 'origins.write',
    params: originPath,
    query: putQuery,
    body: desiredOrigin,
    responses: {
      200: { description: 'Changed, unchanged, or a dry run.', shape: originPut },
      201: { description: 'Created.', shape: originPut },
    },
    example: { body: examples.desiredOrigin, response: examples.originPut },
  },
} satisfies Record<string, Route>;
