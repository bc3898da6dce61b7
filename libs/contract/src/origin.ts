import { z } from 'zod';
import { moment, name, origin as originText, text } from './fields.js';
import { pagingQuery } from './paging.js';
import { putFields } from './put.js';

const settings = {
  state: z.enum(['pending', 'approved', 'refused']),
  privateRanges: z
    .array(z.union([z.cidrv4(), z.cidrv6()], 'Must be a network such as 10.20.0.0/16.'))
    .max(50)
    .readonly(),
  caBundle: z.string().max(65_536).nullable(),
};

/** Body of a PUT: the whole desired state. */
export const desiredOrigin = z
  .strictObject({
    state: settings.state,
    privateRanges: settings.privateRanges.default([]).meta({
      description: 'Private networks that the host may lead to, each within RUNGATE_EGRESS_CIDRS.',
    }),
    caBundle: settings.caBundle.default(null).meta({
      description: 'PEM of certificate authorities to trust for this origin besides the usual ones.',
    }),
  })
  .meta({ id: 'DesiredOrigin' });

/** An origin of an organization as the API shows it. */
export const originBody = z
  .object({
    organization: name,
    origin: originText,
    ...settings,
    requestedBy: text.meta({ description: 'Who asked for it first.' }),
    requestedAt: moment.nullable().meta({ description: 'Null on a dry run that would create it.' }),
    decidedBy: text.nullable(),
    decidedAt: moment.nullable(),
  })
  .meta({ id: 'Origin' });

/** Answer to a PUT. */
export const originPut = originBody.extend(putFields).meta({ id: 'OriginPut' });

/** Path of one origin, percent-encoded: `https%3A%2F%2Ftfe.example.com`. */
export const originPath = z.strictObject({ org: name, origin: originText });
/** Query of the list. */
export const originQuery = z.strictObject(pagingQuery);

/** An origin of an organization as the API shows it. */
export type OriginBody = z.input<typeof originBody>;
/** Answer to a PUT of an origin. */
export type OriginPut = z.input<typeof originPut>;
