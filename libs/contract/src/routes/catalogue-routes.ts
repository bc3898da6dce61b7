import { z } from 'zod';
import { checkPlugin } from '../check-plugin.js';
import * as examples from '../examples.js';
import { pageOf } from '../paging.js';
import { empty, nothing, type Route } from './route.js';

/** What the API says about this installation and itself. */
export const catalogueRoutes = {
  listChecks: {
    method: 'get',
    path: '/checks',
    summary: 'The catalogue of check plugins',
    permission: 'checks.read',
    params: empty,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'All of them.', shape: pageOf(checkPlugin) } },
    example: { response: { items: [examples.checkPlugin], nextCursor: null } },
  },
  getOpenApi: {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    permission: null,
    params: empty,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'OpenAPI 3.1.', shape: z.looseObject({ openapi: z.string() }) } },
    example: { response: { openapi: '3.1.0' } },
  },
} satisfies Record<string, Route>;
