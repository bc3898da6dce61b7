import {
  after,
  type CallbackDocument,
  type CallbackRequest,
  type CallbackSender,
  type Lease,
  type ScheduleStore,
  type TaskStore,
} from '../../src/index.js';
import type { Row } from '../rows.js';
import type { Bug, Plot } from './bug.js';
import type { InMemoryStore } from '../in-memory-store.js';
import type { Stores } from './store-link.js';

/** Bugs that the simulation must find, and one of the lines in which it says so. */
export const PLANTED_BUGS: Readonly<Record<string, Bug & { readonly foundBy: RegExp }>> = {
  'a claim that ignores leases': {
    foundBy: /a lease is given only when no other lives/,
    plant: (plot) =>
      withSchedule(plot, (schedule) => ({ claim: (...args) => schedule.claim(...leaseless(plot, args)) })),
  },
  'writes that ignore the epoch': {
    foundBy: /only the newest epoch writes/,
    plant: (plot) =>
      withTasks(plot, (tasks) => ({
        decide: (lease, decision) => tasks.decide(newest(plot, lease), decision),
        saveCheckResults: (lease, results) => tasks.saveCheckResults(newest(plot, lease), results),
      })),
  },
  'a verdict that is sent before it is committed': {
    foundBy: /^I4: .* was told (passed and failed|failed and passed)/,
    plantInProcess: sendsBeforeCommit,
  },
  'an attempt without an outcome that is never made again': {
    foundBy: /^I2: .* is decided/,
    plant: (plot) =>
      withSchedule(plot, (schedule) => ({
        claimDeliveries: (...args) => {
          for (const { deliveries } of plot.store.rows.values()) {
            for (const delivery of deliveries)
              if (delivery.attempts.at(-1)?.outcome === null) delivery.leasedUntil = NEVER;
          }
          return schedule.claimDeliveries(...args);
        },
      })),
  },
  'a duplicate that makes a second task result': {
    foundBy: /^I1: .* is stored 2 times/,
    plant: recordsTwice,
  },
  'a verdict that does not wait for progress': {
    foundBy: /^I7: /,
    plant: (plot) =>
      withTasks(plot, (tasks) => ({
        decide: (lease, decision) => {
          forgetProgress(plot, lease);
          return tasks.decide(lease, decision);
        },
      })),
  },
  'progress that is sent however old it is': {
    foundBy: /^I7: /,
    plant: (plot) =>
      withTasks(plot, (tasks) => ({
        loadDelivery: async (turn) => {
          const delivery = await tasks.loadDelivery(turn);
          if (delivery?.kind !== 'progress') return delivery;
          // Some standstills are this long by themselves, too few to be found soon.
          await plot.timeline.sleep(STANDSTILL_MS);
          return { ...delivery, dueAt: FAR };
        },
      })),
  },
  'onTimeout for checks that had started': {
    foundBy: /a verdict follows from the results/,
    plant: (plot) =>
      withTasks(plot, (tasks) => ({
        takeOver: async (late) => {
          const evaluation = await tasks.takeOver(late);
          return evaluation === null ? null : { ...evaluation, lease: { ...evaluation.lease, attempt: 0 } };
        },
      })),
  },
  'a claim that takes first what came first': {
    foundBy: /^I8: /,
    plant: (plot) =>
      withSchedule(plot, (schedule) => ({
        claim: (worker, limit) => {
          plot.store.schedule.shares.next = () => longestWaiting(plot)?.organizationId ?? null;
          return schedule.claim(worker, limit);
        },
      })),
  },
  'a keeper that is dead': { foundBy: /^I[23]: /, hasNoKeeper: true },
  'the access token of another task result': {
    foundBy: /^I5: wrong_token/,
    plant: (plot) =>
      withTasks(plot, (tasks) => ({
        loadDelivery: async (turn) => {
          const delivery = await tasks.loadDelivery(turn);
          const [other] = [...plot.store.rows.values()].filter(
            ({ id, grant }) => id !== delivery?.taskResultId && grant !== null,
          );
          return delivery === null
            ? null
            : { ...delivery, accessToken: other?.grant?.accessToken ?? delivery.accessToken };
        },
      })),
  },
};

const STANDSTILL_MS = 40_000;
const NEVER = new Date(8_000_000_000_000);
const FAR = new Date(7_000_000_000_000);

function withSchedule({ stores }: Plot, change: (schedule: ScheduleStore) => Partial<ScheduleStore>): Stores {
  return { ...stores, schedule: overlaid(stores.schedule, change(stores.schedule)) };
}

function withTasks({ stores }: Plot, change: (tasks: TaskStore) => Partial<TaskStore>): Stores {
  return { ...stores, tasks: overlaid(stores.tasks, change(stores.tasks)) };
}

/** The store with some of its methods replaced; the others still see themselves as they were. */
function overlaid<T extends object>(store: T, changes: Partial<T>): T {
  return new Proxy(store, {
    get: (target, name) => {
      const changed: unknown = Reflect.get(changes, name);
      if (changed !== undefined) return changed;
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}

function leaseless<T>({ store, timeline }: Plot, args: T): T {
  for (const row of store.rows.values()) {
    if (row.taskResult.state !== 'evaluating') continue;
    row.taskResult = { ...row.taskResult, leaseUntil: new Date(timeline.now) };
  }
  return args;
}

function longestWaiting({ store }: Plot): Row | null {
  const waiting = [...store.rows.values()].filter(({ taskResult }) => taskResult.state === 'accepted');
  return waiting.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())[0] ?? null;
}

function newest({ store }: Plot, lease: Lease): Lease {
  return { ...lease, epoch: store.rows.get(lease.taskResultId)?.taskResult.epoch ?? lease.epoch };
}

function sendsBeforeCommit(stores: Stores, sender: CallbackSender, store: InMemoryStore): Stores {
  return {
    ...stores,
    tasks: overlaid(stores.tasks, {
      decide: async (lease, decision) => {
        const row = store.rows.get(lease.taskResultId);
        if (row?.grant) await sender.send(requestOf(row, row.grant, decision.callback), new AbortController().signal);
        return stores.tasks.decide(lease, decision);
      },
    }),
  };
}

type Grant = NonNullable<Row['grant']>;

function requestOf({ organizationId, accepted }: Row, grant: Grant, callback: CallbackDocument): CallbackRequest {
  const { callbackUrl: url, accessToken } = grant;
  return {
    organizationId,
    url,
    accessToken,
    terraformOrigin: accepted.hook.terraformOrigin,
    originRecords: [],
    callback,
  };
}

function recordsTwice({ stores, store }: Plot): Stores {
  const { hooks } = stores;
  return {
    ...stores,
    hooks: overlaid(hooks, {
      recordTaskResult: async (taskResult) => {
        const answer = await hooks.recordTaskResult(taskResult);
        if (answer.kind !== 'duplicate') return answer;
        const known = [...store.rows];
        store.rows.clear();
        await hooks.recordTaskResult(taskResult);
        for (const [id, row] of known) store.rows.set(id, row);
        return { kind: 'recorded' };
      },
    }),
  };
}

/** Attempts to send progress count as if they were over long ago. */
function forgetProgress({ store }: Plot, { taskResultId }: Lease): void {
  for (const { kind, attempts } of store.rows.get(taskResultId)?.deliveries ?? []) {
    if (kind === 'progress') for (const attempt of attempts) attempt.startedAt = after(attempt.startedAt, -3_600_000);
  }
}
