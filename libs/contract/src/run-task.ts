import { z } from 'zod';
import { distinct, moment, name, needs, origin, text } from './fields.js';
import { deliver, hmacKeyInfo, shownOnce, suppliedHmacKey } from './hmac-key.js';
import { pagingQuery } from './paging.js';
import { putFields } from './put.js';

const STAGES = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'] as const;

/** A stage of a run at which run tasks are called. */
export const stage = z.enum(STAGES);
/** The final answer of a task result. */
export const verdict = z.enum(['passed', 'failed']);
/** What a failed check means. */
export const enforcement = z.enum(['mandatory', 'advisory', 'shadow']);
/** How bad a finding is. */
export const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);

const patterns = z.array(z.string().min(1).max(100)).max(20);
const names = z.strictObject({
  include: patterns.min(1).default(['*']).readonly(),
  exclude: patterns.default([]).readonly(),
});

const when = z
  .strictObject({
    workspaces: names.optional(),
    projects: names.optional(),
    branches: names.optional(),
    speculative: z.boolean().optional().meta({ description: 'Only for runs that can only plan, or only for others.' }),
    changes: z.boolean().optional().meta({ description: 'Only for plans with changes, or only for those without.' }),
  })
  .meta({
    id: 'When',
    description:
      'To which runs the check applies: all conditions must hold. In patterns * stands for any characters and ? for one. What a run does not say keeps no check away.',
  });

const check = z
  .strictObject({
    name,
    use: name.meta({ description: 'Name of the check plugin; see GET /checks.' }),
    stages: z.array(stage).min(1).check(distinct(String)).readonly(),
    enforcement,
    timeoutSeconds: z.int().min(1).max(3_000).default(60),
    config: z.record(z.string(), z.unknown()).default({}),
    failOn: severity.default('high').meta({ description: 'A violation of this severity or worse fails the check.' }),
    onUnknown: z
      .enum(['warn', 'fail'])
      .default('warn')
      .meta({ description: 'What an attribute known only after apply means.' }),
    onError: z.enum(['fail', 'skip']).default('fail').meta({ description: 'What a check that cannot judge means.' }),
    when: when.optional(),
    locked: z
      .boolean()
      .default(false)
      .meta({ description: "Placed by the platform: the organization's people cannot change it." }),
  })
  .meta({ id: 'Check' });

const settings = {
  terraformOrigin: origin,
  downloadOrigins: z.array(origin).max(20).readonly(),
  deadlineProfile: z.enum(['rolling', 'fixed']),
  onTimeout: verdict,
  checks: z
    .array(check)
    .max(100)
    .check(distinct(({ name: checkName }) => checkName, ['name']))
    .readonly(),
};

/** The checks of a run task, defaults filled in. */
export const checkList = settings.checks;

/** Body of a PUT: the whole desired state, except that an absent `hmacKey` keeps the keys. */
export const desiredRunTask = z
  .strictObject({
    terraformOrigin: settings.terraformOrigin.meta(needs('run-tasks.manage')),
    downloadOrigins: settings.downloadOrigins.optional().meta({
      description: 'The Terraform origin when absent, with https://archivist.terraform.io for HCP Terraform.',
      ...needs('run-tasks.manage'),
    }),
    deadlineProfile: settings.deadlineProfile.optional().meta({
      description: '`rolling` for HCP Terraform and `fixed` for other hosts when absent.',
      ...needs('run-tasks.manage'),
    }),
    onTimeout: settings.onTimeout.default('failed').meta(needs('run-tasks.manage')),
    hmacKey: suppliedHmacKey.optional().meta({
      description: 'Made for a new run task when absent; another value than the active one is a rotation.',
      ...needs('hmac-keys.write'),
    }),
    deliver: deliver.optional(),
    checks: settings.checks.default([]),
  })
  .meta({ id: 'DesiredRunTask' });

/** What a PUT would take to leave a run task as it is: the settings among what it shows. */
export const runTaskSettings = z.object(desiredRunTask.shape);

const terraformOrganization = text.min(1).max(100);

/** Body that says whose runs a run task judges. */
export const pin = z
  .strictObject({
    terraformOrganization: terraformOrganization.nullable().meta({ description: 'Null: that of the next run.' }),
  })
  .meta({ id: 'Pin' });

/** A run task as the API shows it. */
export const runTask = z
  .object({
    organization: name,
    name,
    hookUrl: z.url(),
    ...settings,
    state: z.enum(['created', 'verified', 'active', 'suspended']),
    terraformOrganization: terraformOrganization.nullable().meta({
      description: 'Runs of other Terraform organizations fail; null until the first run says whose it is.',
    }),
    originState: z.enum(['pending', 'approved', 'refused']).meta({
      description:
        'Whether an operator lets this organization reach the Terraform origin; until `approved` its requests get 422.',
    }),
    hmacKeyFingerprint: text.nullable().meta({ description: 'Of the newest active key.' }),
    hmacKeys: z.array(hmacKeyInfo).readonly(),
    createdAt: moment,
  })
  .meta({ id: 'RunTask' });

/** Answer to a PUT. */
export const runTaskPut = runTask
  .extend({
    hookUrl: z.url().nullable().meta({ description: 'Null on a dry run that would create it.' }),
    createdAt: moment.nullable().meta({ description: 'Null on a dry run that would create it.' }),
    ...shownOnce,
    ...putFields,
  })
  .meta({ id: 'RunTaskPut' });

/** Path of one run task. */
export const runTaskPath = z.strictObject({ org: name, name });
/** Query of the list. */
export const runTaskQuery = z.strictObject(pagingQuery);

/** What a PUT of a run task asks for, defaults filled in where they do not depend on the host. */
export type DesiredRunTask = z.output<typeof desiredRunTask>;
/** Body of a PUT of a run task, as it is sent. */
export type RunTaskPutBody = z.input<typeof desiredRunTask>;
/** A check as a PUT takes it. */
export type CheckBody = z.input<typeof check>;
/** A run task as the API shows it. */
export type RunTaskBody = z.input<typeof runTask>;
/** Answer to a PUT of a run task. */
export type RunTaskPut = z.input<typeof runTaskPut>;
