import { ORGANIZATION_ROLES, PLATFORM_ROLES } from '@rungate/access';
import { z } from 'zod';
import { moment, text } from './fields.js';
import { organizationPath } from './organization.js';
import { pagingQuery } from './paging.js';

const STATES = ['active', 'blocked'] as const;
const state = z
  .enum(STATES)
  .meta({ description: '`blocked`: signed out, and not let in again whatever a provider says.' });

const shown = {
  id: text,
  connectionId: text.meta({ description: 'Of the connection that the person signs in through.' }),
  subject: text.meta({ description: 'What the provider calls the person. Tells people apart, with the connection.' }),
  name: text,
  email: text.nullable().meta({ description: 'A label: it proves nothing.' }),
  roleFrom: z.enum(['rule', 'default', 'person']).meta({
    description:
      'A rule of the connection and its default role count anew at each sign-in; what a person gave stays until a rule says otherwise.',
  }),
  state,
  createdAt: moment,
  signedInAt: moment.meta({ description: 'Last.' }),
};

/** A person of an organization. */
export const member = z.object({ ...shown, role: z.enum(ORGANIZATION_ROLES) }).meta({ id: 'Member' });
/** A person of the platform. */
export const platformMember = z.object({ ...shown, role: z.enum(PLATFORM_ROLES) }).meta({ id: 'PlatformMember' });

/** What becomes of a person of an organization. */
export const memberChange = z
  .strictObject({ role: z.enum(ORGANIZATION_ROLES), state: state.default('active') })
  .meta({ id: 'MemberChange' });
/** What becomes of a person of the platform. */
export const platformMemberChange = z
  .strictObject({ role: z.enum(PLATFORM_ROLES), state: state.default('active') })
  .meta({ id: 'PlatformMemberChange' });

/** Path of one person of an organization. */
export const memberPath = organizationPath.extend({ id: text });
/** Path of one person of the platform, or of one session. */
export const byIdPath = z.strictObject({ id: text });
/** Query of the lists. */
export const memberQuery = z.strictObject(pagingQuery);

/** How many sessions ended. */
export const signedOut = z.object({ ended: z.int() }).meta({ id: 'SignedOut' });

/** A session of whoever asks. */
export const session = z
  .object({
    id: text,
    isThis: z.boolean().meta({ description: 'The one that asks.' }),
    createdAt: moment,
    seenAt: moment.meta({ description: 'Last, to the half minute.' }),
    endsAt: moment,
    userAgent: text.nullable(),
    address: text.nullable().meta({ description: 'Where it was begun.' }),
  })
  .meta({ id: 'Session' });

/** A person of an organization. */
export type MemberBody = z.input<typeof member>;
/** A person of the platform. */
export type PlatformMemberBody = z.input<typeof platformMember>;
/** A session of whoever asks. */
export type SessionBody = z.input<typeof session>;
