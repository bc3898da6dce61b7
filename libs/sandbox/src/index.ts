/**
 * Where plans are masked and checks run: in child processes that hold nothing worth stealing.
 *
 * **runner**: a process with an empty environment that owns the children. **child**: a warm process that masks plans or
 * runs checks. **assignment**: the checks of one task result over one plan. **mask**: what stands where a sensitive value
 * stood. **level**: how much children are held back.
 */
export { connectRunner, startRunner, type Runner, type RunnerOptions } from './runner-client.js';
export { SandboxError, type SandboxErrorCode } from './errors.js';
export { refuseInspector } from './signals.js';
export { maskPlan } from './masking/mask-plan.js';
