import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IsolationLevel } from '@rungate/run-task';
import { START_LIMIT_MS } from '../limits.js';
import { openTargets, type Targets } from './probe-socket.js';
import { findTools, NO_ISOLATION, whyNoBubblewrap, type Isolation } from './isolation.js';
import { seccompProgram } from './seccomp.js';
import { startProbeSlot, type SlotSettings } from './slots.js';

/** What holds children back here, as a child found that tried to break out. */
export interface ProbedIsolation {
  readonly level: IsolationLevel;
  readonly isolation: Isolation;
  /** Why it is not more, one sentence with a remedy; null at `full`. */
  readonly shortfall: string | null;
}

/** What to probe: how children are started, and the strongest level to try. */
export interface ProbeSettings extends Omit<SlotSettings, 'isolation'> {
  readonly strongest: IsolationLevel;
}

/** Finds the strongest level that holds: at each, a child tries what the level denies. */
export async function probeIsolation(settings: ProbeSettings): Promise<ProbedIsolation> {
  const targets = await openTargets(settings.root);
  try {
    return await strongest(settings, targets);
  } finally {
    targets.close();
  }
}

async function strongest(settings: ProbeSettings, targets: Targets): Promise<ProbedIsolation> {
  const tools = settings.strongest === 'weak' ? NO_ISOLATION : findTools();
  const full = settings.strongest === 'full' ? await tryFull(tools, settings, targets) : NOT_TRIED;
  if (typeof full !== 'string') return { level: 'full', isolation: full, shortfall: null };
  const limited = await tryLimited(tools, settings, targets);
  if (limited === null) return { level: 'limited', isolation: tools, shortfall: `Not full, because ${full}.` };
  return { level: 'weak', isolation: tools, shortfall: `Not limited, because ${limited}. Not full, because ${full}.` };
}

const NOT_TRIED = 'it was not tried';

/** The isolation, or why it does not hold. Without the permission model: the kernel alone must deny everything. */
async function tryFull(tools: Isolation, settings: ProbeSettings, targets: Targets): Promise<Isolation | string> {
  const why = whyNoBubblewrap(tools);
  const program = seccompProgram(process.arch);
  if (why !== null || program === null) return why ?? 'there is no seccomp filter for this processor';
  const filter = path.join(settings.root, 'seccomp');
  writeFileSync(filter, program, { mode: 0o600 });
  const isolation = { ...tools, bubblewrap: { filter } };
  const failure = await attempt({ ...settings, isolation }, targets, 'kernel');
  return failure ?? isolation;
}

/** Null when it holds, or why it does not. */
async function tryLimited(tools: Isolation, settings: ProbeSettings, targets: Targets): Promise<string | null> {
  if (process.platform !== 'linux') return `prlimit needs Linux, and this is ${process.platform}`;
  if (!tools.setpriv || !tools.prlimit) return 'setpriv or prlimit is missing: install the package util-linux';
  return attempt({ ...settings, isolation: tools }, targets, 'permissions');
}

/** Null when a child could not break out, else what it could do. */
async function attempt(
  settings: SlotSettings,
  { canary, port, socket, abstract }: Targets,
  by: 'kernel' | 'permissions',
): Promise<string | null> {
  const slot = startProbeSlot(settings, by === 'permissions');
  const seen = { canary, port, socket, abstract, marker: MARKER, kernel: by === 'kernel' };
  const answer = await slot.child.ask(seen, START_LIMIT_MS);
  slot.child.kill('aborted');
  await slot.child.gone;
  slot.dispose();
  if (answer.kind === 'died') return `a child does not start under it (${answer.detail ?? answer.reason})`;
  if (answer.reply.kind !== 'probed') return 'a child did not answer as it should';
  const { escapes } = answer.reply;
  return escapes.length === 0 ? null : `it did not hold: a child ${escapes.join(', ')}`;
}

/** In the command line of the runner, and in no child's. */
const MARKER = path.join('runner', 'main.js');
