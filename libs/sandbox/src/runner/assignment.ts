import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findPlugin, readByConfigSchema } from '@rungate/checks';
import type { CheckEnd, IsolationLevel } from '@rungate/run-task';
import type { CheckPlan } from '../child-messages.js';
import type { AssignedCheck, PlacedAssignment, RunnerSettings } from '../runner-messages.js';
import type { ChildAnswer, LoggedAnswer } from './child.js';
import type { Death } from './death.js';
import { failureText } from './failure-text.js';
import { Gate } from './gate.js';
import type { MaskedLeft } from './hand-back.js';
import { linkOrCopy, maskInChild } from './mask-in-child.js';
import type { PluginShelf, ShelvedPlugin } from './plugin-shelf.js';
import type { Pool, Slot } from './pool.js';

/** What assignments are run with. */
export interface AssignmentRunnerParts {
  readonly settings: RunnerSettings;
  /** How much children are held back. */
  readonly level: IsolationLevel;
  /** Directory of the runner. */
  readonly root: string;
  readonly maskers: Pool;
  readonly checkers: Pool;
  readonly shelf: PluginShelf;
}

/** One assignment while it runs. */
interface Running {
  readonly assignment: PlacedAssignment;
  readonly plan: CheckPlan;
  readonly signal: AbortSignal;
}

/** The child that an assignment holds between two of its checks. */
interface Held {
  readonly slot: Slot;
  /** Where it came from. */
  readonly pool: Pool;
  /** The plugin of others that it runs; the checks that ship share a child. */
  readonly other: ShelvedPlugin | null;
  readonly plan: CheckPlan;
}

interface Turn {
  readonly held: Held | null;
  readonly answer: LoggedAnswer;
  /** False when no child was put to it. */
  readonly ran: boolean;
  /** Without the wait for a child. */
  readonly durationMs: number;
}

/** The masked plan, in the directory of an assignment and in that of a child. */
const PLAN = 'plan.json';

/** Runs assignments: mask the plan, then each check under its own limits. */
export class AssignmentRunner {
  private readonly gate: Gate;
  /** Directories of assignments that hold nothing now: to remove one takes longer than to mask a small plan. */
  private readonly empty: string[] = [];

  constructor(private readonly parts: AssignmentRunnerParts) {
    this.gate = new Gate(parts.settings.poolSize);
  }

  /** Calls `ended` once for each check, in order. Never rejects. Leaves the masked plan, where it is to be handed back. */
  async run(
    assignment: PlacedAssignment,
    ended: (end: CheckEnd) => void,
    signal: AbortSignal,
  ): Promise<MaskedLeft | null> {
    const isInside = await this.gate.enter(signal);
    try {
      const directory = this.empty.pop() ?? mkdtempSync(path.join(this.parts.root, 'assignment-'));
      const left: MaskedLeft = {
        path: path.join(directory, PLAN),
        dispose: () => {
          this.clear(directory);
        },
      };
      let isWanted = false;
      try {
        const plan = await this.preparePlan(assignment, directory, signal);
        await this.runChecks({ assignment, plan, signal }, ended);
        isWanted = assignment.handBack && plan.kind === 'masked' && !signal.aborted;
      } finally {
        if (!isWanted) left.dispose();
      }
      return isWanted ? left : null;
    } finally {
      if (assignment.planPath !== null) rmSync(assignment.planPath, { force: true });
      if (isInside) this.gate.leave();
    }
  }

  private clear(directory: string): void {
    rmSync(path.join(directory, PLAN), { force: true });
    this.empty.push(directory);
  }

  private async preparePlan(
    { planPath }: PlacedAssignment,
    directory: string,
    signal: AbortSignal,
  ): Promise<CheckPlan> {
    if (planPath === null || signal.aborted) return { kind: 'none' };
    return maskInChild(this.parts.maskers, {
      from: planPath,
      to: path.join(directory, PLAN),
      timeoutMs: this.parts.settings.maskTimeoutMs,
      signal,
    });
  }

  private async runChecks(running: Running, ended: (end: CheckEnd) => void): Promise<void> {
    let held: Held | null = null;
    try {
      for (const check of running.assignment.checks) {
        const turn: Turn = await this.runCheck(check, running, held);
        held = turn.held;
        ended(this.toEnd(check, turn));
      }
    } finally {
      if (held !== null) this.release(held, true);
    }
  }

  private async runCheck(check: AssignedCheck, running: Running, held: Held | null): Promise<Turn> {
    const refusal = this.refuse(check, running.signal);
    if (refusal !== null) return { held, ...unstarted(refusal) };
    const other = this.parts.shelf.find(check.use);
    if (held !== null && held.other !== other) held = this.release(held, true);
    const child = held ?? (await this.acquire(other, running.plan));
    if ('reason' in child) return { held: null, ...unstarted(child) };
    const startedAt = performance.now();
    const answer = await this.ask(child, check, running);
    const durationMs = Math.round(performance.now() - startedAt);
    return { held: isReusable(answer) ? child : this.release(child, false), answer, ran: true, durationMs };
  }

  /** Why a check is not even started, or null. */
  private refuse({ use, config }: AssignedCheck, signal: AbortSignal): Death | null {
    if (signal.aborted) return { reason: 'aborted', detail: null };
    if (findPlugin(use) !== null) return null;
    const other = this.parts.shelf.find(use);
    if (other === null) return { reason: 'plugin_unknown', detail: this.parts.shelf.whyUnknown(use) };
    const [problem] = readByConfigSchema(other.manifest.configSchema, config).problems;
    if (problem === undefined) return null;
    return { reason: 'config_invalid', detail: `${problem.pointer || '/'}: ${problem.message}` };
  }

  private async acquire(other: ShelvedPlugin | null, plan: CheckPlan): Promise<Held | Death> {
    const pool = other?.pool ?? this.parts.checkers;
    const acquired = await pool.acquire(other !== null);
    if (acquired.kind === 'none') return { reason: acquired.reason, detail: acquired.detail };
    const { slot } = acquired;
    const held = { slot, pool, other };
    if (plan.kind !== 'masked') return { ...held, plan };
    await linkOrCopy(plan.path, path.join(slot.directory, PLAN));
    return { ...held, plan: { kind: 'masked', path: path.join(slot.inside, PLAN) } };
  }

  private async ask(
    { slot, plan, other }: Held,
    check: AssignedCheck,
    { assignment, signal }: Running,
  ): Promise<LoggedAnswer> {
    const abort = (): void => {
      slot.child.kill('aborted');
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const { use, timeoutMs, changes } = check;
    const config = other === null ? check.config : withDefaults(other, check.config);
    const answer = await slot.child.ask({ use, config, run: assignment.run, plan, changes, timeoutMs }, timeoutMs);
    signal.removeEventListener('abort', abort);
    return answer;
  }

  /** Only what ran built-in checks and nothing else serves another assignment. */
  private release({ slot, pool, other, plan }: Held, isClean: boolean): null {
    if (plan.kind === 'masked') rmSync(path.join(slot.directory, PLAN), { force: true });
    pool.release(slot, isClean && other === null);
    return null;
  }

  private toEnd({ name, timeoutMs, changes }: AssignedCheck, { answer, ran, durationMs }: Turn): CheckEnd {
    const base = { check: name, durationMs, isolation: ran ? this.parts.level : null, log: answer.log };
    const errored = ({ reason, detail }: Death): CheckEnd => ({
      ...base,
      kind: 'errored',
      reason,
      detail: failureText({ reason, detail }, { timeoutMs, memoryMb: this.parts.settings.memoryMb }),
    });
    if (answer.kind === 'died') return errored(answer);
    const { reply } = answer;
    if (reply.kind === 'reported') return { ...base, kind: 'reported', report: reply.report };
    // Only what was asked for: a plugin must not take itself out of the verdict.
    if (reply.kind === 'not_applied' && changes !== null)
      return { ...base, kind: 'not_applied', detail: leftOut(changes) };
    if (reply.kind !== 'errored') return errored({ reason: 'bad_reply', detail: null });
    // These come as whole sentences of ours.
    if (reply.reason === 'plan_unavailable' || reply.reason === 'config_invalid') {
      return { ...base, kind: 'errored', reason: reply.reason, detail: reply.detail };
    }
    return errored({ reason: reply.reason, detail: reply.reason === 'memory' ? null : reply.detail });
  }
}

function withDefaults({ manifest }: ShelvedPlugin, config: AssignedCheck['config']): AssignedCheck['config'] {
  const { value } = readByConfigSchema(manifest.configSchema, config);
  return typeof value === 'object' && value !== null ? { ...value } : config;
}

/** Why a check was left out, by what its `when.changes` asks for. */
function leftOut(changes: boolean): string {
  return `only for plans ${changes ? 'with' : 'without'} changes`;
}

/** A turn of a check that no child was put to. */
function unstarted(why: Death): Pick<Turn, 'answer' | 'ran' | 'durationMs'> {
  return { answer: { kind: 'died', ...why, log: [] }, ran: false, durationMs: 0 };
}

/** Whether the child may answer again in this assignment. */
function isReusable(answer: ChildAnswer): boolean {
  if (answer.kind === 'died') return false;
  const { reply } = answer;
  if (reply.kind === 'reported') return !reply.worn;
  if (reply.kind === 'not_applied') return true;
  return reply.kind === 'errored' && (reply.reason === 'plan_unavailable' || reply.reason === 'config_invalid');
}
