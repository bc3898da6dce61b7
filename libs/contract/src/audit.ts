import { z } from 'zod';
import { moment, momentQuery, name, text } from './fields.js';
import { pagingQuery } from './paging.js';

/** What a person or program did, and to what. Secrets stand in it as fingerprints. */
export const auditEvent = z
  .object({
    id: text,
    at: moment,
    organization: name
      .nullable()
      .meta({ description: 'Null: of the platform, or of an organization that is no more.' }),
    actor: z.object({
      kind: text,
      id: text.nullable().meta({ description: 'Of the token.' }),
      name: text,
      role: text,
    }),
    address: text.nullable().meta({ description: 'Where the request came from.' }),
    action: text.meta({ examples: ['run-task.changed'] }),
    subject: z.object({ kind: text, name: text }),
    before: z.record(z.string(), z.unknown()).nullable().meta({ description: 'What changed, as it was.' }),
    after: z.record(z.string(), z.unknown()).nullable().meta({ description: 'What changed, as it is now.' }),
    reason: text.nullable(),
  })
  .meta({ id: 'AuditEvent' });

const filter = {
  since: momentQuery.optional(),
  until: momentQuery.optional(),
  actor: text.optional().meta({ description: 'Name of who asked.' }),
  action: text.optional().meta({ description: 'Such as run-task.changed.' }),
};

/** Query of the lists. */
export const auditQuery = z.strictObject({ ...filter, ...pagingQuery });
/** Query of the exports. */
export const auditExportQuery = z.strictObject(filter);

/** What a person or program did, as the API shows it. */
export type AuditEventBody = z.input<typeof auditEvent>;
/** Which events are asked for. */
export type AuditExportQuery = z.output<typeof auditExportQuery>;
