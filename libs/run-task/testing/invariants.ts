import type { Outage, RecordedHistory, SeenCallback, SeenRun, StoredTaskResult } from './history.js';

/** What must hold after every fault (design, "Faults that must be survived"). */
export const INVARIANTS = {
  I1: 'every answered 200 has exactly one task result',
  I2: 'each task result reaches a terminal state',
  I3: 'Terraform saw a final callback before its deadline whenever it was reachable 30 s before',
  I4: 'all final callbacks of one task result carry the same verdict',
  I5: "no organization's data or token appears under another",
  I6: 'no secret stands in logs, queue or tables',
  I7: 'no progress comes after the final callback',
  I8: "quiet organizations' p99 stays within bounds",
} as const;

/** Name of an invariant. */
export type Invariant = keyof typeof INVARIANTS;

/** An invariant that did not hold, and where. */
export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

const CHECKERS: Readonly<Record<Invariant, (history: RecordedHistory) => readonly string[]>> = {
  I1: lostOrDoubled,
  I2: unfinished,
  I3: late,
  I4: contradicted,
  I5: mixedUp,
  I6: told,
  I7: progressAfterFinal,
  I8: disturbed,
};

/** Everything that does not hold; empty when all is well. */
export function violationsOf(history: RecordedHistory): readonly Violation[] {
  const names: readonly Invariant[] = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8'];
  return names.flatMap((invariant) => CHECKERS[invariant](history).map((detail) => ({ invariant, detail })));
}

function lostOrDoubled({ answered, rows }: RecordedHistory): readonly string[] {
  const taken = answered.filter(({ status }) => status === 200);
  const stored = groupBy(rows, ({ taskResultId }) => taskResultId);
  return [...groupBy(taken, ({ taskResultId }) => taskResultId)].flatMap(([id, requests]) => {
    const [row, ...others] = stored.get(id) ?? [];
    if (row === undefined) return [`${id} was answered 200 and is not stored`];
    if (others.length > 0) return [`${id} is stored ${others.length + 1} times`];
    const wasSent = requests.some(({ bodyHash }) => bodyHash === null || bodyHash === row.bodyHash);
    return wasSent ? [] : [`${id} is stored with a body that nobody sent`];
  });
}

function groupBy<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

const TERMINAL = ['delivered', 'undeliverable'];

function unfinished({ rows }: RecordedHistory): readonly string[] {
  return rows.flatMap(({ taskResultId, state, hasGrant }) => {
    if (!TERMINAL.includes(state)) return [`${taskResultId} is ${state}`];
    return hasGrant ? [`${taskResultId} is ${state} and keeps its access token`] : [];
  });
}

/** Longer than a lease and the turn of a delivery, which are not scaled: who is away then may be missed. */
const TAKEOVER_MS = 35_000;

function late({ runs, hostOutages, platformOutages, reachableBeforeMs }: RecordedHistory): readonly string[] {
  const isExcused = ({ deadline }: SeenRun): boolean =>
    touches(hostOutages, { from: deadline - reachableBeforeMs, to: deadline }) ||
    touches(platformOutages, { from: deadline - TAKEOVER_MS, to: deadline });
  return runs
    .filter((run) => run.accepted && !run.canceled && !isExcused(run))
    .filter((run) => !run.callbacks.some((callback) => isFinal(callback) && callback.at <= run.deadline))
    .map(({ taskResultId, deadline }) => `${taskResultId} saw no verdict by ${new Date(deadline).toISOString()}`);
}

function touches(outages: readonly Outage[], span: Outage): boolean {
  return outages.some(({ from, to }) => from < span.to && to > span.from);
}

function contradicted({ runs, rows }: RecordedHistory): readonly string[] {
  const verdicts = new Map(rows.map(({ taskResultId, verdict }) => [taskResultId, verdict]));
  return runs.flatMap(({ taskResultId, callbacks }) => {
    const sent = new Set(callbacks.filter(isFinal).map(({ status }) => status));
    if (sent.size > 1) return [`${taskResultId} was told ${[...sent].join(' and ')}`];
    const [told = null] = sent;
    const stored = verdicts.get(taskResultId) ?? null;
    return told === null || told === stored ? [] : [`${taskResultId} was told ${told}, stored is ${String(stored)}`];
  });
}

const OF_ANOTHER = ['token_of_another_run', 'wrong_token', 'unknown_address'];

function mixedUp({ runs, rows, violations }: RecordedHistory): readonly string[] {
  const owners = new Map(runs.map((run) => [run.taskResultId, run]));
  const foreign = (organization: string, text: string): readonly string[] =>
    runs
      .filter((run) => run.organization !== organization && text.includes(run.marker))
      .map(({ marker }) => `${marker} stands under ${organization}`);
  return [
    ...violations
      .filter(({ code }) => OF_ANOTHER.includes(code))
      .map(({ code, taskResultId }) => `${code} of ${taskResultId ?? 'nobody'}`),
    ...rows.flatMap((row) => [...wrongOwner(row, owners), ...foreign(row.organization, row.text)]),
    ...runs.flatMap(({ organization, callbacks }) => callbacks.flatMap(({ body }) => foreign(organization, body))),
  ];
}

function wrongOwner(row: StoredTaskResult, owners: ReadonlyMap<string, SeenRun>): readonly string[] {
  const owner = owners.get(row.taskResultId)?.organization ?? row.organization;
  return owner === row.organization ? [] : [`${row.taskResultId} of ${owner} is stored under ${row.organization}`];
}

function told({ secrets, writings }: RecordedHistory): readonly string[] {
  return writings.flatMap(({ where, text }) =>
    secrets.some((secret) => text.includes(secret)) ? [`a secret stands in ${where}`] : [],
  );
}

function progressAfterFinal({ runs, violations }: RecordedHistory): readonly string[] {
  const seen = runs.filter(({ callbacks }) => {
    const final = callbacks.findIndex(isFinal);
    return final >= 0 && callbacks.slice(final).some(({ status }) => status === 'running');
  });
  const noted = violations.filter(({ code }) => code === 'progress_after_final');
  return [
    ...new Set(
      [...seen, ...noted].map(({ taskResultId }) => `${String(taskResultId)} was told running after its verdict`),
    ),
  ];
}

function disturbed({ rows, quiet }: RecordedHistory): readonly string[] {
  if (quiet === null) return [];
  const waits = rows
    .filter(({ organization }) => quiet.organizations.includes(organization))
    .map(({ receivedAt, startedAt }) => (startedAt ?? Infinity) - receivedAt)
    .sort((a, b) => a - b);
  const p99 = waits[Math.ceil(waits.length * 0.99) - 1];
  if (p99 === undefined) return ['no quiet organization sent anything'];
  return p99 <= quiet.withinMs ? [] : [`p99 of ${waits.length} quiet waits is ${p99} ms, over ${quiet.withinMs}`];
}

function isFinal({ status }: SeenCallback): boolean {
  return status === 'passed' || status === 'failed';
}
