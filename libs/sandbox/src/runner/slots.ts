import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RunnerSettings } from '../runner-messages.js';
import { Child } from './child.js';
import { childCommand, type ChildLimits, type Isolation } from './isolation.js';
import type { Slot } from './pool.js';

/** `dist`, from `dist/libs/sandbox/src/runner`. */
const DIST = path.resolve(__dirname, '../../../..');
const CHILD = path.resolve(__dirname, '../child');

/** What every child of the runner is started with. */
export interface SlotSettings extends Pick<RunnerSettings, 'memoryMb' | 'pluginsModule'> {
  readonly isolation: Isolation;
  /** Where the directories of children lie. */
  readonly root: string;
}

/** Masking holds one value of up to 32 MB, as bytes, text and objects, and every secret of the plan. */
export const MASK_LIMITS: ChildLimits = { dataMb: 1_024, heapMb: 512 };

/** A child for checks: reads its directory and our code, writes nothing. */
export function startCheckSlot({ memoryMb, pluginsModule, isolation, root }: SlotSettings): Slot {
  const directory = mkdtempSync(path.join(root, 'check-'));
  const command = childCommand(
    {
      entry: path.join(CHILD, 'check-main.js'),
      args: pluginsModule === null ? [] : [pluginsModule],
      readable: [...code(), `${directory}/*`, ...(pluginsModule === null ? [] : [`${path.dirname(pluginsModule)}/*`])],
      writable: [],
      // The heap is a quarter, so that buffers and code have room too.
      dataMb: memoryMb,
      heapMb: Math.floor(memoryMb / 4),
    },
    isolation,
  );
  return toSlot(command, directory);
}

/** A child for masking: reads and writes its directory. */
export function startMaskSlot({ isolation, root }: SlotSettings): Slot {
  const directory = mkdtempSync(path.join(root, 'mask-'));
  const command = childCommand(
    {
      entry: path.join(CHILD, 'mask-main.js'),
      args: [],
      readable: [...code(), `${directory}/*`],
      writable: [`${directory}/*`],
      ...MASK_LIMITS,
    },
    isolation,
  );
  return toSlot(command, directory);
}

/** What every child may read: our compiled code and its packages. */
function code(): readonly string[] {
  const packages = realpathSync(path.join(DIST, '../node_modules'));
  return [`${DIST}/*`, `${packages}/*`, path.join(DIST, '../package.json')];
}

function toSlot(command: readonly string[], directory: string): Slot {
  return {
    child: new Child(command, directory),
    directory,
    dispose: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
