import { batchAnswer, batchLine } from '../batch.js';
import * as examples from '../examples.js';
import {
  desiredOrganization,
  organization,
  organizationPath,
  organizationPut,
  organizationQuery,
} from '../organization.js';
import { pageOf } from '../paging.js';
import { putQuery } from '../put.js';
import { empty, FOUND, NDJSON, nothing, type Route } from './route.js';

/** `/organizations` */
export const organizationRoutes = {
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
  batchOrganizations: {
    method: 'post',
    path: '/organizations:batch',
    summary: 'Bring up to 1,000 organizations with their run tasks to the desired state, one on each line',
    permission: 'organizations.create',
    params: empty,
    query: putQuery,
    body: batchLine,
    bodyType: NDJSON,
    responses: {
      200: { description: 'A line for each line, in the same order.', shape: batchAnswer, contentType: NDJSON },
    },
    example: { body: examples.batchLine, response: examples.batchAnswer },
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
    responses: {
      200: { description: 'Changed, unchanged, or a dry run.', shape: organizationPut },
      201: { description: 'Created.', shape: organizationPut },
    },
    example: { body: examples.desiredOrganization, response: examples.organizationPut },
  },
  deleteOrganization: {
    method: 'delete',
    path: '/organizations/{org}',
    summary: 'Suspend an organization, and remove everything of it after a grace time',
    permission: 'organizations.suspend',
    stepUp: true,
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'Suspended, with the date of its purge.', shape: organization } },
    example: {
      response: { ...examples.organization, state: 'suspended', purgeAt: '2026-12-20T09:30:00.000Z' },
    },
  },
  suspendOrganization: {
    method: 'post',
    path: '/organizations/{org}/suspend',
    summary: 'Suspend an organization for a while: its hooks refuse every request',
    permission: 'organizations.suspend',
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'Suspended.', shape: organization } },
    example: { response: { ...examples.organization, state: 'suspended' } },
  },
  resumeOrganization: {
    method: 'post',
    path: '/organizations/{org}/resume',
    summary: 'Resume a suspended organization: nothing of it is removed',
    permission: 'organizations.suspend',
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'Active.', shape: organization } },
    example: { response: examples.organization },
  },
} satisfies Record<string, Route>;
