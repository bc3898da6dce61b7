import { z } from 'zod';
import { moment, name, needs, text } from './fields.js';
import { pagingQuery } from './paging.js';
import { putFields } from './put.js';

const settings = {
  displayName: text.min(1),
  tags: z.array(text.min(1)).max(100).readonly(),
  weight: z.int().min(1).max(100),
  maxInFlight: z.int().min(1).max(100_000).nullable(),
  retentionDays: z.int().min(1).max(3_650),
  inputRetentionDays: z.int().min(0).max(3_650),
};

/** Days that are kept unless a PUT says otherwise; an organization's own people choose no more. */
export const RETENTION = { retentionDays: 90, inputRetentionDays: 30 } as const;

const LONGER = "Longer than usual is the platform's to grant.";

/** Body of a PUT: the whole desired state. */
export const desiredOrganization = z
  .strictObject({
    displayName: settings.displayName.optional().meta({ description: 'The slug when absent.' }),
    tags: settings.tags.default([]).meta(needs('organizations.limits')),
    weight: settings.weight
      .default(1)
      .meta({ description: 'Share of the platform against other organizations.', ...needs('organizations.limits') }),
    maxInFlight: settings.maxInFlight.default(null).meta({
      description: 'Task results evaluated at once; null: no limit of its own.',
      ...needs('organizations.limits'),
    }),
    retentionDays: settings.retentionDays
      .default(RETENTION.retentionDays)
      .meta({ description: LONGER, ...needs('organizations.limits') }),
    inputRetentionDays: settings.inputRetentionDays
      .default(RETENTION.inputRetentionDays)
      .meta({ description: `0 keeps no inputs. ${LONGER}`, ...needs('organizations.limits') }),
  })
  .meta({ id: 'DesiredOrganization' });

/** What a PUT would take to leave an organization as it is: the settings among what it shows. */
export const organizationSettings = z.object(desiredOrganization.shape);

/** An organization as the API shows it. */
export const organization = z
  .object({
    slug: name,
    ...settings,
    state: z.enum(['active', 'suspended']),
    managedBy: name.nullable().meta({ description: 'The partner that made it.' }),
    createdAt: moment,
    purgeAt: moment.nullable().meta({ description: 'When everything of it is removed, unless it is resumed before.' }),
    intakePause: z
      .object({ at: moment, by: text, reason: text })
      .nullable()
      .meta({ description: 'Since when what it sends is held, by whom and why; deadlines hold. Null: it is not.' }),
    viewsAllowed: z
      .boolean()
      .meta({ description: "Whether the platform's people may see its pages as its viewers do." }),
  })
  .meta({ id: 'Organization' });

/** Answer to a PUT. */
export const organizationPut = organization
  .extend({
    createdAt: moment.nullable().meta({ description: 'Null on a dry run that would create it.' }),
    ...putFields,
  })
  .meta({ id: 'OrganizationPut' });

/** Body that pauses the intake of an organization. */
export const newIntakePause = z
  .strictObject({ reason: text.trim().min(1).meta({ description: 'The organization reads it.' }) })
  .meta({ id: 'NewIntakePause' });

/** Query of the list. */
export const organizationQuery = z.strictObject({
  q: text.optional().meta({ description: 'Part of slug or display name.' }),
  tag: text.optional(),
  ...pagingQuery,
});

/** Path of one organization. */
export const organizationPath = z.strictObject({ org: name });

/** Body of a PUT of an organization, as it is sent. */
export type OrganizationPutBody = z.input<typeof desiredOrganization>;
/** What a PUT of an organization asks for, defaults filled in where they do not depend on the slug. */
export type DesiredOrganization = z.output<typeof desiredOrganization>;
/** An organization as the API shows it. */
export type OrganizationBody = z.input<typeof organization>;
/** Answer to a PUT of an organization. */
export type OrganizationPut = z.input<typeof organizationPut>;
