import * as examples from '../examples.js';
import { pageOf } from '../paging.js';
import { resent, taskResult, taskResultDetail, taskResultPath, taskResultQuery } from '../task-result.js';
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
