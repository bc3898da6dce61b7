import { ORGANIZATION_ROLES, PERMISSIONS, PLATFORM_ROLES } from '@rungate/access';
import { z } from 'zod';
import { moment, name, text } from './fields.js';
import { organizationPath } from './organization.js';
import { pagingQuery } from './paging.js';

const shared = {
  name: name.max(100).meta({ description: 'To tell tokens apart, such as the program that uses it.' }),
  expiresInDays: z.int().min(1).max(365).default(90),
};

/** Body that makes a token of an organization. */
export const newToken = z.strictObject({ ...shared, role: z.enum(ORGANIZATION_ROLES) }).meta({ id: 'NewToken' });

/** Body that makes a token of the platform. */
export const newPlatformToken = z
  .strictObject({
    ...shared,
    role: z.enum(PLATFORM_ROLES),
    managedBy: name
      .max(100)
      .nullable()
      .default(null)
      .meta({ description: 'The partner whose organizations alone an `onboarder` sees and changes.' }),
  })
  .meta({ id: 'NewPlatformToken' });

const shown = {
  id: text,
  name,
  lastFour: text,
  createdBy: text,
  createdAt: moment,
  expiresAt: moment,
  lastUsedAt: moment.nullable().meta({ description: 'To the minute.' }),
  lastUsedFrom: text.nullable().meta({ description: 'Address of that request.' }),
};

/** A token of an organization, without itself. */
export const token = z.object({ ...shown, role: z.enum(ORGANIZATION_ROLES) }).meta({ id: 'Token' });
/** A token of the platform, without itself. */
export const platformToken = z
  .object({ ...shown, role: z.enum(PLATFORM_ROLES), managedBy: name.nullable() })
  .meta({ id: 'PlatformToken' });

const once = { token: text.meta({ description: 'Shown this once.' }) };
/** Answer that holds a new token of an organization. */
export const createdToken = token.extend(once).meta({ id: 'CreatedToken' });
/** Answer that holds a new token of the platform. */
export const createdPlatformToken = platformToken.extend(once).meta({ id: 'CreatedPlatformToken' });

/** Path of one token of an organization. */
export const tokenPath = organizationPath.extend({ id: text });
/** Path of one token of the platform. */
export const platformTokenPath = z.strictObject({ id: text });
/** Query of the lists. */
export const tokenQuery = z.strictObject(pagingQuery);

/** Who asks, and what it may do. */
export const me = z
  .object({
    kind: z.enum(['bootstrap', 'token', 'session']),
    name: text,
    role: z.enum(['bootstrap', ...PLATFORM_ROLES, ...ORGANIZATION_ROLES]),
    organization: name.nullable().meta({ description: 'The one that it is bound to; null: the platform.' }),
    managedBy: name.nullable(),
    permissions: z.array(z.enum(PERMISSIONS)).readonly(),
    person: z
      .object({ id: text, email: text.nullable() })
      .nullable()
      .meta({ description: 'Who signed in; null: a program.' }),
    session: z
      .object({
        id: text,
        idleEndsAt: moment.meta({ description: 'Unless there is a request before.' }),
        endsAt: moment,
        steppedUpAt: moment.nullable().meta({ description: 'When the person last proved to the provider who he is.' }),
        isByLink: z.boolean().meta({ description: 'Signed in by a one-time link, past every provider.' }),
      })
      .nullable(),
    view: z
      .object({ organization: name, endsAt: moment, reason: text })
      .nullable()
      .meta({ description: 'The organization that this session of the platform sees as its viewers do.' }),
    development: z
      .boolean()
      .meta({ description: 'Development sign-in is on: anybody on this machine may be anybody.' }),
  })
  .meta({ id: 'Me' });

/** A token of an organization, without itself. */
export type TokenBody = z.input<typeof token>;
/** A token of the platform, without itself. */
export type PlatformTokenBody = z.input<typeof platformToken>;
/** Who asks, and what it may do. */
export type MeBody = z.input<typeof me>;
