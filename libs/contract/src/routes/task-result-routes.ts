import * as examples from '../examples.js';
import { pageOf } from '../paging.js';
import { taskResult, taskResultDetail, taskResultPath, taskResultQuery } from '../task-result.js';
import { empty, FOUND, nothing, type Route } from './route.js';

/** `/task-results` */
export const taskResultRoutes = {
  listTaskResults: {
    method: 'get',
    path: '/task-results',
    summary: 'List task results, newest first',
    permission: 'task-results.read',
    params: empty,
    query: taskResultQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(taskResult) } },
    example: { response: { items: [examples.taskResult], nextCursor: null } },
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
} satisfies Record<string, Route>;
