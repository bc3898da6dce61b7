import { z } from 'zod';
import * as examples from '../live-examples.js';
import { liveBoard, liveLoad, liveQuery } from '../live.js';
import { organizationPath } from '../organization.js';
import { system } from '../system.js';
import { empty, nothing, type Route } from './route.js';

const STREAM = {
  200: {
    description:
      'Server-sent events, until either side ends it: `data` is a LiveEvent; `gap` says to read everything again, `end` why it ends. A comment comes every 15 s.',
    shape: z.string(),
    contentType: 'text/event-stream',
  },
};

const ONE_EVENT = [
  'id: 1763633051000-1',
  'data: {"id":"1763633051000-1","kind":"task-result","organization":"acme","taskResultId":"01943c5f-02b4-7d11-8a6e-91c3d5e7f204","version":1763633050914207}',
  '',
  '',
].join('\n');

/** `/live`, `/system`, `/events` and `/organizations/{org}/events` */
export const liveRoutes = {
  getLive: {
    method: 'get',
    path: '/live',
    summary: 'What is in flight in all organizations, by the nearest deadline',
    permission: 'live.read',
    params: empty,
    query: liveQuery,
    body: nothing,
    responses: { 200: { description: 'At this moment.', shape: liveBoard } },
    example: { response: examples.liveBoard },
  },
  getLiveLoad: {
    method: 'get',
    path: '/live/load',
    summary: 'What each organization sent in the last 60 minutes',
    permission: 'live.read',
    params: empty,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'Up to 15 s old.', shape: liveLoad } },
    example: { response: { organizations: [{ organization: 'acme', received: [0, 3, 12, 7] }] } },
  },
  getSystem: {
    method: 'get',
    path: '/system',
    summary: 'How the installation is doing: readiness with reasons, queue, workers, hosts',
    permission: 'system.read',
    params: empty,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'At this moment; process is the one that answers.', shape: system } },
    example: { response: examples.system },
  },
  streamEvents: {
    method: 'get',
    path: '/events',
    summary: 'What changes in all organizations, as it does',
    permission: 'live.read',
    params: empty,
    query: empty,
    body: nothing,
    responses: STREAM,
    example: { response: ONE_EVENT },
  },
  streamOrganizationEvents: {
    method: 'get',
    path: '/organizations/{org}/events',
    summary: 'What changes in an organization, as it does',
    permission: 'task-results.read',
    params: organizationPath,
    query: empty,
    body: nothing,
    responses: STREAM,
    example: { response: ONE_EVENT },
  },
} satisfies Record<string, Route>;
