import { z } from 'zod';
import { moment, text } from './fields.js';
import { organizationPath } from './organization.js';
import { pagingQuery } from './paging.js';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(${LABEL}\\.)+(?=.*[a-z])${LABEL}$`);

/** A domain that an organization says is its own. */
export const newDomain = z
  .strictObject({
    domain: z
      .string()
      .max(253)
      .toLowerCase()
      .regex(DOMAIN, 'Must be a domain such as acme.example, in ASCII (xn--…).')
      .meta({ description: 'What stands after the @ of its people’s addresses.' }),
  })
  .meta({ id: 'NewDomain' });

/** Why an owner of the platform says whose a domain is. */
export const domainAssertion = z
  .strictObject({
    reason: text.min(1).meta({ description: 'For the audit trail: who vouched for it, and why no DNS can be asked.' }),
  })
  .meta({ id: 'DomainAssertion' });

/** An e-mail domain of an organization. */
export const domain = z
  .object({
    id: text,
    domain: text,
    state: z.enum(['unproved', 'proved', 'asserted']).meta({
      description:
        '`asserted`: an owner of the platform vouched for it. Only an unproved one leads nobody to a connection.',
    }),
    record: z
      .object({ type: z.literal('TXT'), name: text, value: text })
      .meta({ description: 'What proves the domain, and must stay: it is looked at each month.' }),
    provedAt: moment.nullable(),
    checkedAt: moment.nullable().meta({ description: 'When DNS answered last.' }),
    missingSince: moment
      .nullable()
      .meta({ description: 'Since when the record is there no longer: seven days later the domain is unproved.' }),
    createdAt: moment,
  })
  .meta({ id: 'Domain' });

/** What came of looking at a record. */
export const domainCheck = z
  .object({
    found: z.boolean().meta({ description: 'Whether the record proves the domain to be of this organization.' }),
    says: text.meta({ description: 'What to do, where it does not.' }),
    domain,
  })
  .meta({ id: 'DomainCheck' });

/** Path of one domain of an organization. */
export const domainPath = organizationPath.extend({ id: text });
/** Query of the list. */
export const domainQuery = z.strictObject(pagingQuery);

/** An e-mail domain of an organization. */
export type DomainBody = z.output<typeof domain>;
/** What came of looking at a record. */
export type DomainCheckBody = z.output<typeof domainCheck>;
