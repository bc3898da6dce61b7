import { platformSsoSettings, routes, ssoSettings } from '@rungate/contract';
import type { z } from 'zod';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { ORGANIZATION_ROLES, PLATFORM_ROLES } from '../members/people.js';
import type { ConnectionPlane } from './connection.js';

/** The connections of an organization. */
export function useOrganizationConnections(org: string): ConnectionPlane {
  const may = useMay();
  const pathOf = (id: string): string => paths.connection(org, id);
  return {
    organization: org,
    key: ['sso-connections', org],
    roles: ORGANIZATION_ROLES,
    isEditable: may('sso.write'),
    listPath: paths.portal(org, 'sign-in'),
    pathOf,
    list: async (cursor) =>
      (await client.call(routes.listSsoConnections, { params: { org }, query: { cursor, limit: 100 } })).body,
    get: async (id) => (await client.call(routes.getSsoConnection, { params: { org, id } })).body,
    create: async (settings) => {
      const body = read(ssoSettings, settings);
      return (await client.call(routes.createSsoConnection, { params: { org }, body })).body;
    },
    change: async (id, settings) => {
      const body = read(ssoSettings, settings);
      return (await client.call(routes.changeSsoConnection, { params: { org, id }, body })).body;
    },
    readMetadata: async (id, body) => (await client.call(routes.readSsoMetadata, { params: { org, id }, body })).body,
    test: async (id) => {
      const body = { returnPath: pathOf(id) };
      return (await client.call(routes.testSsoConnection, { params: { org, id }, body })).body.location;
    },
    activate: ({ id, revision }) =>
      client.call(routes.activateSsoConnection, { params: { org, id }, body: { revision } }),
    disable: (id) => client.call(routes.disableSsoConnection, { params: { org, id } }),
  };
}

/** The connections of the platform. */
export function usePlatformConnections(): ConnectionPlane {
  const may = useMay();
  const pathOf = (id: string): string => paths.connection(null, id);
  return {
    organization: null,
    key: ['sso-connections', null],
    roles: PLATFORM_ROLES,
    isEditable: may('platform-sso.write'),
    listPath: paths.setting('sign-in'),
    pathOf,
    list: async (cursor) =>
      (await client.call(routes.listPlatformSsoConnections, { params: {}, query: { cursor, limit: 100 } })).body,
    get: async (id) => (await client.call(routes.getPlatformSsoConnection, { params: { id } })).body,
    create: async (settings) => {
      const body = read(platformSsoSettings, settings);
      return (await client.call(routes.createPlatformSsoConnection, { params: {}, body })).body;
    },
    change: async (id, settings) => {
      const body = read(platformSsoSettings, settings);
      return (await client.call(routes.changePlatformSsoConnection, { params: { id }, body })).body;
    },
    readMetadata: async (id, body) =>
      (await client.call(routes.readPlatformSsoMetadata, { params: { id }, body })).body,
    test: async (id) => {
      const body = { returnPath: pathOf(id) };
      return (await client.call(routes.testPlatformSsoConnection, { params: { id }, body })).body.location;
    },
    activate: ({ id, revision }) =>
      client.call(routes.activatePlatformSsoConnection, { params: { id }, body: { revision } }),
    disable: (id) => client.call(routes.disablePlatformSsoConnection, { params: { id } }),
  };
}

/** What was entered, as it is sent. @throws Error that names the first field that is not as it must be */
export function read<Shape extends z.ZodType>(shape: Shape, entered: unknown): z.output<Shape> {
  const reading = shape.safeParse(entered);
  if (reading.success) return reading.data;
  const [issue] = reading.error.issues;
  throw new Error(`${issue?.path.join(' ') ?? 'It'}: ${issue?.message ?? 'is not as it must be.'}`);
}
