import * as examples from '../live-examples.js';
import {
  newOperation,
  operation,
  operationItem,
  operationItemQuery,
  operationPath,
  operationQuery,
} from '../operation.js';
import { pageOf } from '../paging.js';
import { empty, FOUND, nothing, type Route } from './route.js';

/** `/operations` */
export const operationRoutes = {
  listOperations: {
    method: 'get',
    path: '/operations',
    summary: 'List what was done to many task results at once, newest first',
    permission: 'operations.read',
    params: empty,
    query: operationQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(operation) } },
    example: { response: { items: [examples.operation], nextCursor: null } },
  },
  planOperation: {
    method: 'post',
    path: '/operations',
    summary: 'Plan something for all task results that a filter matches now; nothing is done before it is started',
    permission: 'operations.write',
    params: empty,
    query: empty,
    body: newOperation,
    once: [],
    responses: { 201: { description: 'To what it will be done is fixed.', shape: operation } },
    example: {
      body: {
        kind: 'reevaluate',
        filter: { verdict: 'failed', organization: 'acme' },
        reason: 'The guard was too strict',
      },
      response: examples.plannedReevaluation,
    },
  },
  getOperation: {
    method: 'get',
    path: '/operations/{id}',
    summary: 'Show an operation with how far it is',
    permission: 'operations.read',
    params: operationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: FOUND, shape: operation } },
    example: { response: examples.operation },
  },
  listOperationItems: {
    method: 'get',
    path: '/operations/{id}/items',
    summary: 'List the task results of an operation, and what became of each',
    permission: 'operations.read',
    params: operationPath,
    query: operationItemQuery,
    body: nothing,
    responses: { 200: { description: 'One page, in their order.', shape: pageOf(operationItem) } },
    example: { response: { items: [examples.operationItem], nextCursor: null } },
  },
  startOperation: {
    method: 'post',
    path: '/operations/{id}/start',
    summary:
      'Confirm a plan: it is worked off from now on; for more than 100 task results a person proves first who he is',
    permission: 'operations.write',
    params: operationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'As it is now; 409 when it was cancelled.', shape: operation } },
    example: { response: { ...examples.operation, state: 'running', startedAt: '2026-11-20T10:20:30.000Z' } },
  },
  cancelOperation: {
    method: 'post',
    path: '/operations/{id}/cancel',
    summary: 'Stop an operation: what is not done stays undone',
    permission: 'operations.write',
    params: operationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'As it is now; 409 when it is done.', shape: operation } },
    example: { response: { ...examples.operation, state: 'cancelled', endedAt: '2026-11-20T10:20:30.000Z' } },
  },
} satisfies Record<string, Route>;
