import { z } from 'zod';
import { auditEvent, auditExportQuery, auditQuery } from '../audit.js';
import * as examples from '../examples.js';
import { organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import { empty, nothing, type Route } from './route.js';

const EXPORTED = {
  200: { description: 'One event a line, oldest first.', shape: z.string(), contentType: 'application/x-ndjson' },
};

/** `/audit-events` and `/organizations/{org}/audit-events` */
export const auditRoutes = {
  listAuditEvents: {
    method: 'get',
    path: '/organizations/{org}/audit-events',
    summary: 'List what was done in an organization, newest first',
    permission: 'audit.read',
    params: organizationPath,
    query: auditQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(auditEvent) } },
    example: { response: { items: [examples.auditEvent], nextCursor: null } },
  },
  exportAuditEvents: {
    method: 'get',
    path: '/organizations/{org}/audit-events/export',
    summary: 'All that was done in an organization, oldest first, as lines of JSON',
    permission: 'audit.read',
    params: organizationPath,
    query: auditExportQuery,
    body: nothing,
    responses: EXPORTED,
    example: { response: `${JSON.stringify(examples.auditEvent)}\n` },
  },
  listPlatformAuditEvents: {
    method: 'get',
    path: '/audit-events',
    summary: 'List what was done in the platform and all organizations, newest first',
    permission: 'platform-audit.read',
    params: empty,
    query: auditQuery,
    body: nothing,
    responses: { 200: { description: 'One page.', shape: pageOf(auditEvent) } },
    example: { response: { items: [examples.auditEvent], nextCursor: null } },
  },
  exportPlatformAuditEvents: {
    method: 'get',
    path: '/audit-events/export',
    summary: 'All that was done in the platform and all organizations, oldest first, as lines of JSON',
    permission: 'platform-audit.read',
    params: empty,
    query: auditExportQuery,
    body: nothing,
    responses: EXPORTED,
    example: { response: `${JSON.stringify(examples.auditEvent)}\n` },
  },
} satisfies Record<string, Route>;
