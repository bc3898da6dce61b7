import { callbackGroups, callbackQuery } from '../callback.js';
import * as examples from '../live-examples.js';
import { empty, nothing, type Route } from './route.js';

/** `/callbacks` */
export const callbackRoutes = {
  listCallbacks: {
    method: 'get',
    path: '/callbacks',
    summary: 'Verdicts that do not arrive, by cause; `/task-results?cause=` lists those of one',
    permission: 'task-results.read',
    params: empty,
    query: callbackQuery,
    body: nothing,
    responses: { 200: { description: 'Counted at this moment.', shape: callbackGroups } },
    example: { response: examples.callbackGroups },
  },
} satisfies Record<string, Route>;
