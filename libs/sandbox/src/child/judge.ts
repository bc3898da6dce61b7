import {
  PlanError,
  hasChanges,
  openPlan,
  toConfigProblems,
  type CheckInput,
  type CheckPlugin,
  type Plan,
  type Report,
} from '@rungate/checks';
import { clip, type Stage } from '@rungate/run-task';
import {
  DETAIL_LIMIT,
  checkRequestSchema,
  type ChildReply,
  type CheckRequest,
  type CheckPlan,
} from '../child-messages.js';
import { LOG_LINES, LOG_LINE_LIMIT, WORN_AFTER_CPU_MS } from '../limits.js';
import type { Say } from './serve.js';

/** How much of its time a check has left when its signal aborts. */
const LEFT_AT_ABORT = 0.1;

type Errored = Extract<ChildReply, { kind: 'errored' }>;

/** Of a plugin, what judging needs; what `run` returns is the runner's to judge. */
export interface JudgingPlugin extends Pick<CheckPlugin, 'needs' | 'config'> {
  run(input: CheckInput): unknown;
}

/** Where plugins are, and where their logs go. */
export interface JudgeParts {
  /** The plugin that a check's `use` names, or null. */
  readonly findPlugin: (use: string) => JudgingPlugin | null;
  readonly say: Say;
}

/** Runs one check and says how it ended. What kills the process is seen by the runner. */
export async function judge(message: unknown, parts: JudgeParts): Promise<ChildReply> {
  const request = checkRequestSchema.parse(message);
  try {
    return await prepare(request, parts.findPlugin(request.use), parts.say);
  } catch (cause) {
    if (cause instanceof PlanError) return errored(request, 'plan_unavailable', cause.message);
    return errored(request, isOutOfMemory(cause) ? 'memory' : 'threw', describeError(cause));
  }
}

async function prepare(request: CheckRequest, plugin: JudgingPlugin | null, say: Say): Promise<ChildReply> {
  if (plugin === null) return errored(request, 'plugin_unknown', request.use);
  const config = plugin.config.safeParse(request.config);
  if (!config.success) {
    const problems = toConfigProblems(config.error.issues).map(
      ({ pointer, message }) => `${pointer || '/'}: ${message}`,
    );
    return errored(request, 'config_invalid', `The configuration is not valid. ${problems.join(' ')}`);
  }
  const unavailable = whyUnavailable(plugin, request.plan, request.run.stage);
  if (unavailable !== null) return errored(request, 'plan_unavailable', unavailable);
  if (!(await isMeant(request))) return { kind: 'not_applied', id: request.id };
  return run(plugin, config.data, { request, say });
}

function errored({ id }: CheckRequest, reason: Errored['reason'], detail: string): Errored {
  return { kind: 'errored', id, reason, detail: clip(detail, DETAIL_LIMIT) };
}

/** What a plan does not say keeps no check away. */
async function isMeant({ changes, plan }: CheckRequest): Promise<boolean> {
  if (changes === null || plan.kind !== 'masked') return true;
  return (await hasChanges(openPlan(plan.path))) !== !changes;
}

function whyUnavailable({ needs }: JudgingPlugin, plan: CheckPlan, stage: Stage): string | null {
  if (!needs.includes('plan')) return null;
  if (plan.kind === 'unavailable') return plan.reason;
  return plan.kind === 'none' && stage !== 'pre_plan' ? 'The plan of the run was not fetched.' : null;
}

/** What one run is about, and where its log goes. */
interface Running {
  readonly request: CheckRequest;
  readonly say: Say;
}

async function run(plugin: JudgingPlugin, config: unknown, { request, say }: Running): Promise<ChildReply> {
  const handles = openHandles();
  const late = new AbortController();
  const timer = setTimeout(
    () => {
      late.abort();
    },
    request.timeoutMs * (1 - LEFT_AT_ABORT),
  );
  try {
    const report = await plugin.run({
      run: request.run,
      stage: request.run.stage,
      plan: planFor(plugin, request.plan),
      configurationDir: null,
      config,
      signal: late.signal,
      // The running update counts checks; it has no place yet for what they say.
      progress: () => undefined,
      log: logTo(say, request.id),
    });
    clearTimeout(timer);
    assertJson(report);
    // What a plugin closed is gone after one turn; what is still there was left behind.
    await new Promise(setImmediate);
    return { kind: 'reported', id: request.id, report, worn: openHandles() > handles || isWorn() };
  } finally {
    clearTimeout(timer);
  }
}

/** Lines past the limit are dropped: a talkative check is no failure. */
function logTo(say: Say, id: number): (text: string) => void {
  let lines = 0;
  return (text) => {
    lines++;
    if (lines > LOG_LINES) return;
    const line = lines === LOG_LINES ? '(the log goes on; this is where it is cut)' : clip(text, LOG_LINE_LIMIT);
    say({ kind: 'logged', id, text: line });
  };
}

/** A report with a cycle or the like is the plugin's fault, and must not take the process with it. */
function assertJson(report: unknown): asserts report is Report {
  if (typeof report !== 'object' || report === null) throw new TypeError('the plugin returned no report');
  JSON.stringify(report);
}

function planFor({ needs }: JudgingPlugin, plan: CheckPlan): Plan | null {
  return needs.includes('plan') && plan.kind === 'masked' ? openPlan(plan.path) : null;
}

function openHandles(): number {
  return process.getActiveResourcesInfo().length;
}

function isWorn(): boolean {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 > WORN_AFTER_CPU_MS;
}

function isOutOfMemory(cause: unknown): boolean {
  return cause instanceof RangeError && /allocation failed/i.test(cause.message);
}

/** Whatever was thrown, as text, without trusting its getters. */
export function describeError(cause: unknown): string {
  try {
    return clip(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), DETAIL_LIMIT);
  } catch {
    return 'something that cannot be shown was thrown';
  }
}
