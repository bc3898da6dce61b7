import { z } from 'zod';
import * as examples from '../examples.js';
import { pageOf } from '../paging.js';
import {
  listedTaskResult,
  resent,
  taskResultDetail,
  taskResultExportQuery,
  taskResultFacets,
  taskResultFacetsQuery,
  taskResultPath,
  taskResultQuery,
} from '../task-result.js';
import { empty, FOUND, nothing, type Route } from './route.js';

/** `/task-results` */
export const taskResultRoutes = {
  listTaskResults: {
    method: 'get',
    path: '/task-results',
    summary: 'List task results, newest first unless asked otherwise',
    permission: 'task-results.read',
    params: empty,
    query: taskResultQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(listedTaskResult) } },
    example: { response: { items: [examples.listedTaskResult], nextCursor: null } },
  },
  countTaskResults: {
    method: 'get',
    path: '/task-results/facets',
    summary: 'How many task results there are of each kind',
    permission: 'task-results.read',
    params: empty,
    query: taskResultFacetsQuery,
    body: nothing,
    responses: { 200: { description: 'Counted at this moment.', shape: taskResultFacets } },
    example: { response: examples.taskResultFacets },
  },
  exportTaskResults: {
    method: 'get',
    path: '/task-results/export',
    summary:
      'Task results, newest first, as a table or as lines of JSON: 10,000 for those of an organization, 100,000 for the platform',
    permission: 'task-results.export',
    params: empty,
    query: taskResultExportQuery,
    body: nothing,
    responses: {
      200: {
        description: 'As asked for by `format`; `text/csv` or NDJSON.',
        shape: z.string(),
        contentType: 'text/csv',
      },
    },
    example: { response: 'id,organization\r\n"01943c5f-02b4-7d11-8a6e-91c3d5e7f204","acme"\r\n' },
  },
  getTaskResult: {
    method: 'get',
    path: '/task-results/{id}',
    summary: 'Show a task result with its checks, deliveries and timeline',
    permission: 'task-results.read',
    params: taskResultPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: FOUND, shape: taskResultDetail } },
    example: { response: examples.taskResultDetail },
  },
  resendTaskResult: {
    method: 'post',
    path: '/task-results/{id}/resend',
    summary: 'Send the verdict again while its Terraform still waits for it',
    permission: 'task-results.resend',
    params: taskResultPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'It is sent at once, or was about to be.', shape: resent } },
    example: { response: examples.resent },
  },
} satisfies Record<string, Route>;
