import { z } from 'zod';
import type { Permission } from '@rungate/access';
import { checkPlugin } from './check-plugin.js';
import * as examples from './examples.js';
import {
  desiredOrganization,
  organization,
  organizationPath,
  organizationPut,
  organizationQuery,
} from './organization.js';
import { pageOf } from './paging.js';
import { putQuery } from './put.js';
import { desiredRunTask, runTask, runTaskPath, runTaskPut, runTaskQuery } from './run-task.js';
import { taskResult, taskResultDetail, taskResultPath, taskResultQuery } from './task-result.js';

/** Where the management API lives below the public URL. */
export const API_PREFIX = '/api/v1';

/** One method and path of the management API with its shapes. */
export interface Route {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** Below `API_PREFIX`, parameters in braces. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** What the caller needs; null: nothing, not even a token. */
  readonly permission: Permission | null;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** `nothing` when the route reads no body. */
  readonly body: z.ZodType;
  readonly responses: Readonly<Record<number, { readonly description: string; readonly shape: z.ZodType }>>;
  readonly example: { readonly body?: unknown; readonly response: unknown };
}

/** Body of a route that reads none. */
export const nothing = z.undefined();

const empty = z.strictObject({});
const FOUND = 'As it is stored.';
const PUT_RESPONSES = {
  organization: {
    200: { description: 'Changed, unchanged, or a dry run.', shape: organizationPut },
    201: { description: 'Created.', shape: organizationPut },
  },
  runTask: {
    200: { description: 'Changed, unchanged, or a dry run.', shape: runTaskPut },
    201: { description: 'Created; the only response with the key.', shape: runTaskPut },
  },
};

/** Every route of the management API. */
export const routes = {
  listOrganizations: {
    method: 'get',
    path: '/organizations',
    summary: 'List organizations in order of slug',
    permission: 'organizations.read',
    params: empty,
    query: organizationQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(organization) } },
    example: { response: { items: [examples.organization], nextCursor: null } },
  },
  getOrganization: {
    method: 'get',
    path: '/organizations/{org}',
    summary: 'Show an organization',
    permission: 'organizations.read',
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: FOUND, shape: organization } },
    example: { response: examples.organization },
  },
  putOrganization: {
    method: 'put',
    path: '/organizations/{org}',
    summary: 'Create an organization or bring it to the desired state',
    permission: 'organizations.write',
    params: organizationPath,
    query: putQuery,
    body: desiredOrganization,
    responses: PUT_RESPONSES.organization,
    example: { body: examples.desiredOrganization, response: examples.organizationPut },
  },
  deleteOrganization: {
    method: 'delete',
    path: '/organizations/{org}',
    summary: 'Suspend an organization: its hooks refuse every request',
    permission: 'organizations.write',
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'Suspended.', shape: organization } },
    example: { response: { ...examples.organization, state: 'suspended' } },
  },
  resumeOrganization: {
    method: 'post',
    path: '/organizations/{org}/resume',
    summary: 'Resume a suspended organization',
    permission: 'organizations.write',
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'Active.', shape: organization } },
    example: { response: examples.organization },
  },
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
    query: putQuery,
    body: desiredRunTask,
    responses: PUT_RESPONSES.runTask,
    example: { body: examples.desiredRunTask, response: examples.runTaskPut },
  },
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
