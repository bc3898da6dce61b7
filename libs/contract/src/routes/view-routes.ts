import * as examples from '../examples.js';
import { organization, organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import { newView, view, viewConsent, viewQuery } from '../view.js';
import { empty, nothing, type Route } from './route.js';

/** `/organizations/{org}/views` and `/view` */
export const viewRoutes = {
  listViews: {
    method: 'get',
    path: '/organizations/{org}/views',
    summary: "List who of the platform saw an organization's pages as its viewers do, newest first",
    permission: 'audit.read',
    params: organizationPath,
    query: viewQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(view) } },
    example: { response: { items: [examples.view], nextCursor: null } },
  },
  beginView: {
    method: 'post',
    path: '/organizations/{org}/views',
    summary: 'See an organization as its viewers do for 30 minutes: the session can do nothing else meanwhile',
    permission: 'organizations.view',
    params: organizationPath,
    query: empty,
    body: newView,
    responses: { 201: { description: 'Begun; 409 when the organization does not want it.', shape: view } },
    example: { body: { reason: 'Ticket 4711: a result is missing' }, response: examples.view },
  },
  allowViews: {
    method: 'put',
    path: '/organizations/{org}/views',
    summary: "Say whether the platform's people may view the organization; views under way end when they may not",
    permission: 'organizations.allow-views',
    params: organizationPath,
    query: empty,
    body: viewConsent,
    responses: { 200: { description: 'As it is now.', shape: organization } },
    example: { body: { allowed: false }, response: { ...examples.organization, viewsAllowed: false } },
  },
  endView: {
    method: 'delete',
    path: '/view',
    summary: 'Leave the organization that the session views',
    permission: 'any',
    endsView: true,
    params: empty,
    query: empty,
    body: nothing,
    responses: { 204: { description: 'The session is its own again, or was.', shape: nothing } },
    example: { response: undefined },
  },
} satisfies Record<string, Route>;
