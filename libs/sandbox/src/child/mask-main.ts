import { setFlagsFromString } from 'node:v8';
import { listChanges, PlanError } from '@rungate/checks';
import { listRequestSchema, maskRequestSchema, type ChildReply } from '../child-messages.js';
import { maskPlan } from '../masking/mask-plan.js';
import { serve } from './serve.js';

// Entry of a child that masks plans: trusted code, the only one that sees a raw plan.
// Nearly all that is made here is garbage at once: collecting it sooner keeps a 500 MB plan within 128 MB.
setFlagsFromString('--heap-growing-percent=25');
serve(async (message): Promise<ChildReply> => {
  const list = listRequestSchema.safeParse(message);
  const { id } = list.success ? list.data : maskRequestSchema.parse(message);
  try {
    if (list.success) return { kind: 'listed', id, changes: await listChanges(list.data.from) };
    const { from, to } = maskRequestSchema.parse(message);
    maskPlan(from, to);
    return { kind: 'masked', id };
  } catch (cause) {
    if (cause instanceof PlanError) return { kind: 'unmaskable', id, reason: cause.message };
    throw cause;
  }
});
