import type { Permission } from '@rungate/access';
import type { z } from 'zod';
import { byIdPath } from '../member.js';
import { organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import {
  newPortalLink,
  platformSsoConnection,
  platformSsoSettings,
  portalLink,
  ssoActivation,
  ssoConnection,
  ssoConnectionPath,
  ssoConnectionQuery,
  ssoMetadata,
  ssoSettings,
  ssoTestBody,
  ssoTestStart,
} from '../sso-connection.js';
import * as examples from '../sso-examples.js';
import { empty, FOUND, nothing, type Route } from './route.js';

const CREATED = 'A draft: nobody signs in through it.';
const CHANGED = 'As it is stored now.';
const STARTED = 'Where the browser goes.';

/** Whose connections they are, and what is told of them there. */
interface Plane<All extends z.ZodObject, One extends z.ZodObject, Settings extends z.ZodType, Shown extends z.ZodType> {
  readonly path: `/${string}`;
  /** `an organization`, as a sentence names whose they are. */
  readonly owner: string;
  /** The people of that owner. */
  readonly people: string;
  readonly read: Permission;
  readonly write: Permission;
  readonly all: All;
  readonly one: One;
  readonly settings: Settings;
  readonly shown: Shown;
  readonly example: {
    readonly settings: unknown;
    readonly shown: unknown;
    readonly ofMetadata: unknown;
    readonly returnPath: string;
  };
}

function connectionRoutes<
  All extends z.ZodObject,
  One extends z.ZodObject,
  Settings extends z.ZodType,
  Shown extends z.ZodType,
>({ path, owner, people, read, write, all, one, settings, shown, example }: Plane<All, One, Settings, Shown>) {
  return {
    list: {
      method: 'get',
      path,
      summary: `List the connections that ${people} people sign in through, newest first`,
      permission: read,
      params: all,
      query: ssoConnectionQuery,
      body: nothing,
      responses: { 200: { description: 'One page.', shape: pageOf(shown) } },
      example: { response: { items: [example.shown], nextCursor: null } },
    },
    create: {
      method: 'post',
      path,
      summary: `Make a draft of a connection for ${owner}`,
      permission: write,
      stepUp: true,
      params: all,
      query: empty,
      body: settings,
      responses: { 201: { description: CREATED, shape: shown } },
      example: { body: example.settings, response: example.shown },
    },
    get: {
      method: 'get',
      path: `${path}/{id}`,
      summary: `Show a connection of ${owner}, what its provider is to be told, and its last test`,
      permission: read,
      params: one,
      query: empty,
      body: nothing,
      responses: { 200: { description: FOUND, shape: shown } },
      example: { response: example.shown },
    },
    change: {
      method: 'put',
      path: `${path}/{id}`,
      summary: `Change a connection of ${owner}; of an active one all but what it is told by`,
      permission: write,
      stepUp: true,
      params: one,
      query: empty,
      body: settings,
      responses: { 200: { description: CHANGED, shape: shown } },
      example: { body: example.settings, response: example.shown },
    },
    readMetadata: {
      method: 'post',
      path: `${path}/{id}/metadata`,
      summary: `Take entity id, address and certificates of a SAML provider of ${owner} from its metadata`,
      permission: write,
      stepUp: true,
      params: one,
      query: empty,
      body: ssoMetadata,
      responses: { 200: { description: CHANGED, shape: shown } },
      example: { body: examples.ssoMetadata, response: example.ofMetadata },
    },
    test: {
      method: 'post',
      path: `${path}/{id}/test`,
      summary: `Begin a sign-in that tries a connection of ${owner} and signs nobody in`,
      permission: write,
      params: one,
      query: empty,
      body: ssoTestBody,
      responses: { 200: { description: STARTED, shape: ssoTestStart } },
      example: { body: { returnPath: example.returnPath }, response: examples.ssoTestStart },
    },
    activate: {
      method: 'post',
      path: `${path}/{id}/activate`,
      summary: `Let ${people} people sign in through a connection that passed a test`,
      permission: write,
      stepUp: true,
      params: one,
      query: empty,
      body: ssoActivation,
      responses: { 200: { description: CHANGED, shape: shown } },
      example: { body: { revision: 3 }, response: example.shown },
    },
    disable: {
      method: 'post',
      path: `${path}/{id}/disable`,
      summary: `Let nobody sign in through a connection of ${owner}, and sign its people out`,
      permission: write,
      stepUp: true,
      params: one,
      query: empty,
      body: nothing,
      responses: { 200: { description: CHANGED, shape: shown } },
      example: { response: example.shown },
    },
  } as const satisfies Record<string, Route>;
}

const ofOrganization = connectionRoutes({
  path: '/organizations/{org}/sso-connections',
  owner: 'an organization',
  people: "an organization's",
  read: 'sso.read',
  write: 'sso.write',
  all: organizationPath,
  one: ssoConnectionPath,
  settings: ssoSettings,
  shown: ssoConnection,
  example: {
    settings: examples.ssoSettings,
    shown: examples.ssoConnection,
    ofMetadata: examples.samlConnection,
    returnPath: '/o/acme/members',
  },
});

const ofPlatform = connectionRoutes({
  path: '/sso-connections',
  owner: 'the platform',
  people: "the platform's",
  read: 'platform-sso.read',
  write: 'platform-sso.write',
  all: empty,
  one: byIdPath,
  settings: platformSsoSettings,
  shown: platformSsoConnection,
  example: {
    settings: examples.platformSsoSettings,
    shown: examples.platformSsoConnection,
    ofMetadata: examples.platformSsoConnection,
    returnPath: '/settings',
  },
});

/** `/organizations/{org}/sso-connections`, `…/portal-links` and `/sso-connections` */
export const ssoRoutes = {
  listSsoConnections: ofOrganization.list,
  createSsoConnection: ofOrganization.create,
  getSsoConnection: ofOrganization.get,
  changeSsoConnection: ofOrganization.change,
  readSsoMetadata: ofOrganization.readMetadata,
  testSsoConnection: ofOrganization.test,
  activateSsoConnection: ofOrganization.activate,
  disableSsoConnection: ofOrganization.disable,
  createPortalLink: {
    method: 'post',
    path: '/organizations/{org}/portal-links',
    summary: "Make a link by which a customer's own people set up one draft of a connection, and nothing else",
    permission: 'portal-links.write',
    stepUp: true,
    once: ['link'],
    params: organizationPath,
    query: empty,
    body: newPortalLink,
    responses: { 201: { description: 'The only answer with the link.', shape: portalLink } },
    example: { body: { intent: 'sso', ttlMinutes: 60 }, response: examples.portalLink },
  },
  listPlatformSsoConnections: ofPlatform.list,
  createPlatformSsoConnection: ofPlatform.create,
  getPlatformSsoConnection: ofPlatform.get,
  changePlatformSsoConnection: ofPlatform.change,
  readPlatformSsoMetadata: ofPlatform.readMetadata,
  testPlatformSsoConnection: ofPlatform.test,
  activatePlatformSsoConnection: ofPlatform.activate,
  disablePlatformSsoConnection: ofPlatform.disable,
} satisfies Record<string, Route>;
