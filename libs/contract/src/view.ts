import { PLATFORM_ROLES } from '@rungate/access';
import { z } from 'zod';
import { moment, text } from './fields.js';
import { pagingQuery } from './paging.js';

/** Body that begins a view of an organization. */
export const newView = z
  .strictObject({ reason: text.trim().min(1).meta({ description: 'The organization reads it.' }) })
  .meta({ id: 'NewView' });

/** That somebody of the platform viewed an organization. */
export const view = z
  .object({
    id: text,
    viewer: z.object({ name: text, role: z.enum(PLATFORM_ROLES) }),
    reason: text,
    startedAt: moment,
    endsAt: moment.meta({ description: 'At the latest.' }),
    endedAt: moment.nullable().meta({ description: 'Before that, by the viewer or by the organization.' }),
  })
  .meta({ id: 'View' });

/** Body that says whether the platform's people may view an organization. */
export const viewConsent = z.strictObject({ allowed: z.boolean() }).meta({ id: 'ViewConsent' });

/** Query of the list. */
export const viewQuery = z.strictObject(pagingQuery);

/** That somebody of the platform viewed an organization, as the API shows it. */
export type ViewBody = z.input<typeof view>;
