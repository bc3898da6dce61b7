import type { PutWhole } from '@rungate/run-task';
import type { Requester } from '../edge/requester.js';
import { ApiError } from '../errors.js';
import type { ApiOptions } from '../options.js';
import type { PutOrganization, WantedOrganization } from '../organization/put-organization.js';
import { desiredSettings } from '../run-task/desired-settings.js';
import type { PutRunTask, WantedRunTask } from '../run-task/put-run-task.js';
import type { ParsedLine } from './parse-line.js';

/** A line as the single PUTs would take its parts. */
export interface WantedWhole {
  readonly organization: WantedOrganization;
  readonly runTasks: readonly Omit<WantedRunTask, 'organization'>[];
}

/** The parts of a line: each stands for a PUT. */
export function partsOf({ body, given }: ParsedLine, dryRun: boolean): WantedWhole {
  const { slug, runTasks, ...organization } = body;
  return {
    organization: { slug, body: organization, given, expected: {}, dryRun },
    runTasks: runTasks.map(({ name, ...settings }) => ({
      name,
      body: settings,
      given: new Set(Object.keys(settings)),
      expected: {},
      reason: null,
      dryRun,
    })),
  };
}

/** What makes a store's question of a line. */
export interface WholePorts {
  readonly options: ApiOptions;
  readonly putOrganization: PutOrganization;
  readonly putRunTask: PutRunTask;
}

/** A line as the store is asked for it. @throws ApiError `invalid`, with pointers into the line. */
export function wholeOf(ports: WholePorts, requester: Requester, wanted: WantedWhole): PutWhole {
  return {
    organization: ports.putOrganization.desired(requester, wanted.organization),
    runTasks: wanted.runTasks.map((runTask, index) =>
      below(index, () => ports.putRunTask.desired(requester, runTask, desiredSettings(runTask.body, ports.options))),
    ),
  };
}

/** Errors of the run task at this place of a line point there. */
function below<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw pointedBelow(index, error);
  }
}

/** As `below`, of what takes its time. */
export async function belowLater<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw pointedBelow(index, error);
  }
}

function pointedBelow(index: number, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const violations = error.violations.map((violation) => ({
    ...violation,
    pointer: `/runTasks/${index}${violation.pointer}`,
  }));
  return new ApiError(error.code, error.message, violations, error.options);
}
