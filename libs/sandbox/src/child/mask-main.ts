import { setFlagsFromString } from 'node:v8';
import { PlanError } from '@rungate/checks';
import { maskRequestSchema, type ChildReply } from '../child-messages.js';
import { maskPlan } from '../masking/mask-plan.js';
import { serve } from './serve.js';

// Entry of a child that masks plans: trusted code, the only one that sees a raw plan.
// Nearly all that is made here is garbage at once: collecting it sooner keeps a 500 MB plan within 128 MB.
setFlagsFromString('--heap-growing-percent=25');
serve((message): ChildReply => {
  const { id, from, to } = maskRequestSchema.parse(message);
  try {
    maskPlan(from, to);
    return { kind: 'masked', id };
  } catch (cause) {
    if (cause instanceof PlanError) return { kind: 'unmaskable', id, reason: cause.message };
    throw cause;
  }
});
