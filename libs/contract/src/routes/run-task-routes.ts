import { connectBody, connected } from '../connect.js';
import * as examples from '../examples.js';
import { organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import { reasonedPutQuery } from '../put.js';
import { rehearsalBody, rehearsed } from '../rehearsal.js';
import { desiredRunTask, pin, runTask, runTaskPath, runTaskPut, runTaskQuery } from '../run-task.js';
import { setupQuery } from '../setup.js';
import { z } from 'zod';
import { empty, FOUND, nothing, type Route } from './route.js';

/** `/organizations/{org}/run-tasks` */
export const runTaskRoutes = {
  listRunTasks: {
    method: 'get',
    path: '/organizations/{org}/run-tasks',
    summary: 'List the run tasks of an organization in order of name',
    permission: 'run-tasks.read',
    params: organizationPath,
    query: runTaskQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(runTask) } },
    example: { response: { items: [examples.runTask], nextCursor: null } },
  },
  getRunTask: {
    method: 'get',
    path: '/organizations/{org}/run-tasks/{name}',
    summary: 'Show a run task',
    permission: 'run-tasks.read',
    params: runTaskPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: FOUND, shape: runTask } },
    example: { response: examples.runTask },
  },
  putRunTask: {
    method: 'put',
    path: '/organizations/{org}/run-tasks/{name}',
    summary: 'Create a run task or bring it to the desired state',
    permission: 'run-tasks.write',
    params: runTaskPath,
    query: reasonedPutQuery,
    body: desiredRunTask,
    responses: {
      200: { description: 'Changed, unchanged, or a dry run.', shape: runTaskPut },
      201: {
        description: 'Created; the only response with the key, for which a person proves first who he is.',
        shape: runTaskPut,
      },
    },
    example: { body: examples.desiredRunTask, response: examples.runTaskPut },
  },
  pinRunTask: {
    method: 'put',
    path: '/organizations/{org}/run-tasks/{name}/terraform-organization',
    summary: 'Say of which Terraform organization the runs are that a run task judges',
    permission: 'run-tasks.manage',
    params: runTaskPath,
    query: empty,
    body: pin,
    responses: { 200: { description: 'As it is stored.', shape: runTask } },
    example: { body: { terraformOrganization: 'acme' }, response: examples.runTask },
  },
  getRunTaskSetup: {
    method: 'get',
    path: '/organizations/{org}/run-tasks/{name}/setup',
    summary: 'What to paste to set the run task up in Terraform; never the key',
    permission: 'setup.read',
    params: runTaskPath,
    query: setupQuery,
    body: nothing,
    responses: { 200: { description: 'Text in the format asked for.', shape: z.string(), contentType: 'text/plain' } },
    example: { response: examples.setupKit },
  },
  connectRunTask: {
    method: 'post',
    path: '/organizations/{org}/run-tasks/{name}/connect',
    summary: 'Create or update the run task in Terraform, with a token that is used once',
    permission: 'run-tasks.connect',
    params: runTaskPath,
    query: empty,
    body: connectBody,
    responses: { 200: { description: 'The difference; a workspace that failed says why.', shape: connected } },
    example: { body: examples.connectBody, response: examples.connected },
  },
  testRunTask: {
    method: 'post',
    path: '/organizations/{org}/run-tasks/{name}/test',
    summary: 'What would be called back for a plan; nothing is sent and nothing is stored',
    permission: 'run-tasks.test',
    params: runTaskPath,
    query: empty,
    body: rehearsalBody,
    responses: { 200: { description: 'As the checks judge it now.', shape: rehearsed } },
    example: { body: { stage: 'post_plan', sample: 'destroys-database' }, response: examples.rehearsed },
  },
} satisfies Record<string, Route>;
