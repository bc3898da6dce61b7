import * as examples from '../examples.js';
import { organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import {
  platformQuarantine,
  platformQuarantinePath,
  quarantine,
  quarantinePath,
  quarantineQuery,
} from '../quarantine.js';
import { empty, nothing, type Route } from './route.js';

const LIFTED = { 204: { description: 'It is over, within some seconds everywhere.', shape: nothing } };

/** `/organizations/{org}/quarantines` and `/quarantines` */
export const quarantineRoutes = {
  listQuarantines: {
    method: 'get',
    path: '/organizations/{org}/quarantines',
    summary: 'List the checks of an organization that are kept from running, since they ended their processes',
    permission: 'quarantines.read',
    params: organizationPath,
    query: quarantineQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(quarantine) } },
    example: { response: { items: [examples.quarantine], nextCursor: null } },
  },
  liftQuarantine: {
    method: 'delete',
    path: '/organizations/{org}/quarantines/{id}',
    summary: 'Let a check of an organization run again',
    permission: 'quarantines.lift',
    params: quarantinePath,
    query: empty,
    body: nothing,
    responses: LIFTED,
    example: { response: undefined },
  },
  listPlatformQuarantines: {
    method: 'get',
    path: '/quarantines',
    summary: 'List the versions of plugins that are kept from running for everybody',
    permission: 'platform-quarantines.read',
    params: empty,
    query: quarantineQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(platformQuarantine) } },
    example: { response: { items: [examples.platformQuarantine], nextCursor: null } },
  },
  liftPlatformQuarantine: {
    method: 'delete',
    path: '/quarantines/{id}',
    summary: 'Let a version of a plugin run again',
    permission: 'platform-quarantines.lift',
    params: platformQuarantinePath,
    query: empty,
    body: nothing,
    responses: LIFTED,
    example: { response: undefined },
  },
} satisfies Record<string, Route>;
