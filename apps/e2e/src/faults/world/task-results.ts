import { z } from 'zod';
import { until } from '../../harness/until.js';
import type { RoleProcess } from './role-process.js';
import type { World } from './world.js';

const PATIENCE_MS = 40_000;
const SETTLED_WITHIN_MS = 80_000;

const rows = z.array(
  z.object({ state: z.string(), attempt: z.number(), epoch: z.number(), leased_by: z.string().nullable() }),
);

/** How one task result stands. */
export type TaskResultRow = z.infer<typeof rows>[number];

/** A task result as it is stored. @throws Error when it is not */
export async function rowOf({ postgres }: World, taskResultId: string): Promise<TaskResultRow> {
  const found = await postgres.query(
    `SELECT state, attempt, epoch, leased_by FROM task_results WHERE task_result_id = '${taskResultId}'`,
  );
  const [row] = rows.parse(found);
  if (row === undefined) throw new Error(`${taskResultId} is not stored`);
  return row;
}

/** Waits until a task result is in one of these states. */
export async function untilState(world: World, id: string, states: readonly string[]): Promise<void> {
  await until(`${id} to be ${states.join(' or ')}`, SETTLED_WITHIN_MS, async () =>
    states.includes((await rowOf(world, id)).state) ? true : null,
  );
}

/** The worker that holds a task result, once anybody holds it for the `attempt`th time. */
export function holderOf(world: World, id: string, attempt: number): Promise<RoleProcess> {
  return until(`attempt ${attempt} of ${id}`, PATIENCE_MS, async () => {
    const row = await rowOf(world, id);
    // A worker's name is `host-pid-random`, and a host's may hold hyphens.
    const pid = Number(/-(\d+)-[^-]+$/.exec(row.leased_by ?? '')?.[1]);
    return row.attempt < attempt ? null : (world.workers.find((worker) => worker.pid === pid) ?? null);
  });
}

/** Waits until a task result was claimed so often; whoever claimed it may have ended it since. */
export async function untilClaimed(world: World, id: string, times: number): Promise<void> {
  await until(`claim ${times} of ${id}`, PATIENCE_MS, async () =>
    (await rowOf(world, id)).attempt >= times ? true : null,
  );
}

/** Waits until a plan was asked for so often. */
export async function untilDownloads({ host }: World, id: string, count: number): Promise<void> {
  await until(`download ${count} of ${id}`, PATIENCE_MS, async () => {
    const { downloads } = await host.simulator.history(id);
    return downloads.filter(({ endpoint }) => endpoint === 'archivist').length >= count ? true : null;
  });
}

/** How many task results of an organization are stored, in this state where one is named. */
export async function storedCount({ postgres }: World, marker: string, state?: string): Promise<number> {
  const inState = state === undefined ? '' : ` AND state = '${state}'`;
  return (await postgres.query(`SELECT id FROM task_results WHERE workspace_name = '${marker}'${inState}`)).length;
}
