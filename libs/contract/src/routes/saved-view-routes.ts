import { byIdPath } from '../member.js';
import { pageOf } from '../paging.js';
import { newSavedView, savedView, savedViewQuery } from '../saved-view.js';
import { empty, nothing, type Route } from './route.js';

const EXAMPLE = {
  page: 'runs',
  name: 'Failed in production',
  search: { verdict: 'failed', workspace: 'network-prod' },
  isShared: true,
} as const;

/** `/saved-views` */
export const savedViewRoutes = {
  listSavedViews: {
    method: 'get',
    path: '/saved-views',
    summary: 'List the views that you keep, or that others share; a token has none',
    permission: 'any',
    params: empty,
    query: savedViewQuery,
    body: nothing,
    responses: { 200: { description: 'All of them, by name.', shape: pageOf(savedView) } },
    example: {
      response: {
        items: [{ id: '0192f0c1-0000-7000-8000-000000000001', ...EXAMPLE, isOwn: true, madeBy: 'Ada' }],
        nextCursor: null,
      },
    },
  },
  createSavedView: {
    method: 'post',
    path: '/saved-views',
    summary: 'Keep what the filters of a page ask for under a name, at most 50 a person',
    permission: 'any',
    params: empty,
    query: empty,
    body: newSavedView,
    responses: { 201: { description: 'As it is kept.', shape: savedView } },
    example: {
      body: EXAMPLE,
      response: { id: '0192f0c1-0000-7000-8000-000000000001', ...EXAMPLE, isOwn: true, madeBy: 'Ada' },
    },
  },
  removeSavedView: {
    method: 'delete',
    path: '/saved-views/{id}',
    summary: 'Remove a view of your own; who may change members removes shared ones of others, too',
    permission: 'any',
    params: byIdPath,
    query: empty,
    body: nothing,
    responses: { 204: { description: 'It is no longer there.', shape: nothing } },
    example: { response: undefined },
  },
} satisfies Record<string, Route>;
