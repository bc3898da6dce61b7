import type { Assignment, Check, CheckEnd, CheckRunner } from '../../src/index.js';
import { aFinding, reported } from '../builders.js';
import type { SimulatedProcess } from './process.js';
import type { Timeline } from './timeline.js';

const SECOND = 1_000;

/** What checks do to the process that runs them, and whom they tell. */
export interface CheckWorld {
  readonly timeline: Timeline;
  readonly random: () => number;
  /** Whether no check takes longer than 2 s. */
  readonly isBrisk: boolean;
  /** Whether this check kills whoever runs it. */
  readonly isPoison: (taskResultId: string, check: string) => boolean;
  readonly started: (assignment: Assignment, check: string) => void;
}

/** Checks that are quick, slow, fail, end badly, never end, or kill their worker. */
export function runnerOf(process: SimulatedProcess, world: CheckWorld): CheckRunner {
  return {
    run: async (assignment, ended, signal) => {
      const stopped = aborted(signal);
      for (const check of assignment.checks) {
        world.started(assignment, check.name);
        if (world.isPoison(assignment.taskResultId, check.name)) process.kill();
        const end = await Promise.race([runOne(assignment, check, world), stopped]);
        // The checks run in children, and this process hears of them when it runs.
        await process.running();
        ended(end === 'aborted' ? errored(check, 'aborted') : end);
      }
    },
  };
}

async function runOne(
  assignment: Assignment,
  check: Check,
  { timeline, random, isBrisk }: CheckWorld,
): Promise<CheckEnd> {
  const fate = isBrisk ? 1 : random();
  if (fate < 0.003) return new Promise(() => undefined);
  if (fate < 0.02) {
    await timeline.sleep(check.timeoutSeconds * SECOND);
    return errored(check, 'timeout');
  }
  await timeline.sleep(fate < 0.1 ? random() * 300 * SECOND : random() * 2 * SECOND);
  if (random() < 0.05) return errored(check, 'crashed');
  // What a check says of a run holds something of its organization.
  const message = `would be replaced in ${assignment.run.workspaceName}`;
  return reported(check.name, random() < 0.3 ? [aFinding({ message })] : []);
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  if (signal.aborted) return Promise.resolve('aborted');
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('aborted');
    });
  });
}

function errored({ name }: Check, reason: 'aborted' | 'crashed' | 'timeout'): CheckEnd {
  const detail = `the check was ${reason}`;
  return { kind: 'errored', check: name, reason, detail, durationMs: 1, isolation: null, log: [] };
}
