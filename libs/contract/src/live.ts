import { z } from 'zod';
import { moment, name, numberQuery, text } from './fields.js';
import { stage } from './run-task.js';

const liveState = z.enum(['accepted', 'evaluating', 'waiting', 'decided']);

const liveTaskResult = z
  .object({
    id: z.uuid(),
    organization: name,
    runTask: name,
    runId: z.string(),
    runUrl: z
      .string()
      .nullable()
      .meta({ description: 'Of the run in its Terraform; null when the request named another place.' }),
    workspaceName: z.string(),
    stage,
    enforcementLevel: z.string(),
    state: liveState,
    step: z.object({
      done: z.int().meta({ description: 'Checks that ended.' }),
      total: z.int(),
      check: name.nullable().meta({ description: 'The one whose turn it is.' }),
    }),
    attempt: z.int().meta({ description: 'How often a worker took it.' }),
    sent: z
      .object({ attempts: z.int(), status: z.int().nullable(), error: z.string().nullable() })
      .meta({ description: 'How often the verdict was sent, and what came of it the last time.' }),
    worker: text.nullable(),
    heldBy: text
      .nullable()
      .meta({ description: 'Who paused the intake of its organization, so that no worker takes it.' }),
    deadlineProfile: z.enum(['rolling', 'fixed']),
    receivedAt: moment,
    startedAt: moment.nullable(),
    progressBy: moment.meta({ description: 'Deadline without another `running`.' }),
    finalBy: moment.meta({ description: 'Deadline in all.' }),
  })
  .meta({ id: 'LiveTaskResult' });

/** What is in flight, by the nearest deadline. */
export const liveBoard = z
  .object({
    now: moment.meta({ description: 'By the clock that all deadlines are told by.' }),
    atRiskWithinMs: z.number(),
    numbers: z.object({
      inFlight: z.number(),
      atRisk: z.number(),
      missedLastHour: z.number(),
      callbacksFailing: z.number(),
    }),
    items: z.array(liveTaskResult).readonly(),
    isCut: z.boolean().meta({ description: 'Whether more are in flight than are shown.' }),
  })
  .meta({ id: 'LiveBoard' });

/** What each organization sent, minute by minute. */
export const liveLoad = z
  .object({
    organizations: z
      .array(z.object({ organization: name, received: z.array(z.int()).readonly() }))
      .readonly()
      .meta({ description: 'Those that sent most, the most first; minutes from the oldest to this one.' }),
  })
  .meta({ id: 'LiveLoad' });

/** Query of the board. */
export const liveQuery = z.strictObject({
  organization: text.optional(),
  stage: stage.optional(),
  state: liveState.optional(),
  enforcement: text.optional(),
  limit: numberQuery(1, 1_000).default(300).meta({ description: '300 when absent.' }),
});

/** What is in flight, by the nearest deadline. */
export type LiveBoardBody = z.input<typeof liveBoard>;
/** What each organization sent, minute by minute. */
export type LiveLoadBody = z.input<typeof liveLoad>;
