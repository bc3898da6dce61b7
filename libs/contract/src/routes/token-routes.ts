import * as examples from '../examples.js';
import { organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import {
  createdPlatformToken,
  createdToken,
  me,
  newPlatformToken,
  newToken,
  platformToken,
  platformTokenPath,
  token,
  tokenPath,
  tokenQuery,
} from '../token.js';
import { empty, nothing, type Route } from './route.js';

const SECRET = 'rungate_0000000000000000000000000000003xPlmA';

/** `/me`, `/tokens` and `/organizations/{org}/tokens` */
export const tokenRoutes = {
  getMe: {
    method: 'get',
    path: '/me',
    summary: 'Who asks, and what it may do',
    permission: 'any',
    params: empty,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'As the token says.', shape: me } },
    example: { response: examples.me },
  },
  listTokens: {
    method: 'get',
    path: '/organizations/{org}/tokens',
    summary: 'List the valid API tokens of an organization, newest first',
    permission: 'tokens.read',
    params: organizationPath,
    query: tokenQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(token) } },
    example: { response: { items: [examples.apiToken], nextCursor: null } },
  },
  createToken: {
    method: 'post',
    path: '/organizations/{org}/tokens',
    summary: 'Make an API token of an organization, with at most the role of who asks',
    permission: 'tokens.write',
    params: organizationPath,
    query: empty,
    body: newToken,
    once: ['token'],
    responses: { 201: { description: 'The only answer with the token.', shape: createdToken } },
    example: { body: { name: 'ci', role: 'editor' }, response: { ...examples.apiToken, token: SECRET } },
  },
  revokeToken: {
    method: 'delete',
    path: '/organizations/{org}/tokens/{id}',
    summary: 'Revoke an API token of an organization at once',
    permission: 'tokens.write',
    params: tokenPath,
    query: empty,
    body: nothing,
    responses: { 204: { description: 'It no longer works.', shape: nothing } },
    example: { response: undefined },
  },
  listPlatformTokens: {
    method: 'get',
    path: '/tokens',
    summary: 'List the valid API tokens of the platform, newest first',
    permission: 'platform-tokens.read',
    params: empty,
    query: tokenQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(platformToken) } },
    example: { response: { items: [examples.platformToken], nextCursor: null } },
  },
  createPlatformToken: {
    method: 'post',
    path: '/tokens',
    summary: 'Make an API token of the platform, with at most the permissions of who asks',
    permission: 'platform-tokens.write',
    params: empty,
    query: empty,
    body: newPlatformToken,
    once: ['token'],
    responses: { 201: { description: 'The only answer with the token.', shape: createdPlatformToken } },
    example: {
      body: { name: 'crm', role: 'onboarder', managedBy: 'crm' },
      response: { ...examples.platformToken, token: SECRET },
    },
  },
  revokePlatformToken: {
    method: 'delete',
    path: '/tokens/{id}',
    summary: 'Revoke an API token of the platform at once',
    permission: 'platform-tokens.write',
    params: platformTokenPath,
    query: empty,
    body: nothing,
    responses: { 204: { description: 'It no longer works.', shape: nothing } },
    example: { response: undefined },
  },
} satisfies Record<string, Route>;
