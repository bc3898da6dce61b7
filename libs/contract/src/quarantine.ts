import { z } from 'zod';
import { moment, name, text } from './fields.js';
import { organizationPath } from './organization.js';
import { pagingQuery } from './paging.js';

const shown = {
  id: text,
  use: name.meta({ description: 'Name of the check plugin.' }),
  pluginVersion: text,
  since: moment,
  until: moment.meta({ description: 'It ends by itself then.' }),
};

/** A check that is kept from running. */
export const quarantine = z
  .object({
    ...shown,
    runTask: name.nullable().meta({ description: 'Null when the run task is no more.' }),
    check: name,
    failure: text.nullable().meta({ description: 'How the last of its processes ended.' }),
    deaths: z.int().meta({ description: 'How often it ended its process before.' }),
  })
  .meta({ id: 'Quarantine' });

/** A version of a plugin that is kept from running for everybody. */
export const platformQuarantine = z
  .object({ ...shown, organizations: z.int().meta({ description: 'In how many it was quarantined before.' }) })
  .meta({ id: 'PlatformQuarantine' });

/** Path of one quarantine of an organization. */
export const quarantinePath = organizationPath.extend({ id: text });
/** Path of one quarantine for everybody. */
export const platformQuarantinePath = z.strictObject({ id: text });
/** Query of the lists. */
export const quarantineQuery = z.strictObject(pagingQuery);

/** A check that is kept from running. */
export type QuarantineBody = z.input<typeof quarantine>;
/** A version of a plugin that is kept from running for everybody. */
export type PlatformQuarantineBody = z.input<typeof platformQuarantine>;
