import { z } from 'zod';
import { name, text } from './fields.js';

/**
 * What a stream of events says: that something is no longer as it was. Whoever shows it reads it again, unless what it
 * shows has this version already: an event may come twice, after the stream was interrupted.
 */
export const liveEvent = z
  .discriminatedUnion('kind', [
    z.object({ ...about(), kind: z.literal('task-result'), taskResultId: z.uuid() }),
    z.object({ ...about(), kind: z.literal('run-task'), runTask: name }),
    z.object({ ...about(), kind: z.literal('organization') }),
    z.object({ ...about(), kind: z.literal('operation'), operationId: z.uuid() }),
  ])
  .meta({ id: 'LiveEvent' });

/** The same members in each kind. */
function about() {
  return {
    id: text.meta({ description: 'As the `id` of the event, for `Last-Event-ID`.' }),
    organization: name.nullable().meta({ description: 'Null: of the platform.' }),
    version: z.number().meta({ description: 'Grows with every change of the thing.' }),
  };
}

/** The same stream without the past: after `gap` everything that is shown must be read again. */
export const LIVE_EVENT_NAMES = {
  /** The default of server-sent events: `data` is a `liveEvent`. */
  change: 'message',
  /** What happened meanwhile cannot be told one by one: read everything again. */
  gap: 'gap',
  /** Nothing more will come over this stream; `data` is `{ "why": "signed_out" | "shutdown" | "slow" }`. */
  end: 'end',
} as const;

/** Something that is no longer as it was. */
export type LiveEventBody = z.input<typeof liveEvent>;
/** Why a stream ends. */
export type StreamEnd = 'signed_out' | 'shutdown' | 'slow';
