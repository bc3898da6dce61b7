import { plain, plainText, type Plain } from './text.js';
import type { CheckFailure, CheckResult } from './check.js';

/** A check that is kept from running, or a version of a plugin that is kept from running for everybody. */
export interface Quarantine {
  readonly id: string;
  /** Null with all of it: the plugin's version, whoever uses it. */
  readonly place: { readonly organizationId: string; readonly runTaskId: string; readonly check: string } | null;
  readonly use: string;
  readonly pluginVersion: string;
  /** How the last of its processes ended; null for everybody. */
  readonly failure: CheckFailure | null;
  /** Deaths that were counted, or organizations in which it is quarantined. */
  readonly count: number;
  readonly since: Date;
  readonly until: Date;
}

/** Where a check stands when it is asked whether it may run. */
export interface Candidate {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly check: string;
  readonly use: string;
  readonly pluginVersion: string;
}

/** So many deaths of a check, over more than one task result, within the time quarantine it. */
export const QUARANTINE_AFTER = { deaths: 3, taskResults: 2, withinMs: 10 * 60_000 } as const;
/** A plugin's version that is quarantined in so many organizations is quarantined for everybody. */
export const QUARANTINE_FOR_ALL_AFTER = 3;
/** How long a quarantine lasts unless somebody lifts it: then the check may try again. */
export const QUARANTINE_MS = 60 * 60_000;

/** A check that ended so ended its process, and would end others; a time limit alone may be the machine's fault. */
const DEATHS: readonly CheckFailure[] = ['memory', 'cpu', 'output', 'exited', 'crashed'];

/** Whether a check ended its process. */
export function isDeath({ failure }: CheckResult): boolean {
  return failure !== null && DEATHS.includes(failure);
}

/** The quarantine that keeps a check from running now; null when it may run. A new version of a plugin starts clean. */
export function quarantineOf(quarantines: readonly Quarantine[], candidate: Candidate, now: Date): Quarantine | null {
  const found = quarantines.find(
    ({ place, use, pluginVersion, until }) =>
      use === candidate.use &&
      pluginVersion === candidate.pluginVersion &&
      until > now &&
      (place === null ||
        (place.organizationId === candidate.organizationId &&
          place.runTaskId === candidate.runTaskId &&
          place.check === candidate.check)),
  );
  return found ?? null;
}

/** Why a check was not run, one sentence for its people. Of other organizations it tells nothing. */
export function whyQuarantined({ place, use, pluginVersion, count, failure, until }: Quarantine): Plain {
  const end = plainText(until.toISOString().slice(0, 16).replace('T', ' '));
  const plugin = plainText(`${use} ${pluginVersion}`);
  if (place === null) return plain`the plugin ${plugin} is in quarantine until ${end} UTC, since it keeps crashing`;
  const how = plainText(failure ?? 'crashed');
  return plain`it is in quarantine until ${end} UTC, since it ended its process ${plainText(String(count))} times (${how}); an administrator may lift that`;
}
