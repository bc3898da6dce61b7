import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SandboxError } from '../errors.js';
import type { RunnerSettings } from '../runner-messages.js';
import { Child } from './child.js';
import { childCommand, here, nameInside, type ChildLimits, type ChildProgram, type Place } from './child-command.js';
import type { Isolation } from './isolation.js';
import type { CopiedPlugin } from './plugin-folder.js';
import type { Slot } from './pool.js';

/** `dist`, from `dist/libs/sandbox/src/runner`. */
const DIST = path.resolve(__dirname, '../../../..');
const CHILD = path.resolve(__dirname, '../child');

/** What every child of the runner is started with. */
export interface SlotSettings extends Pick<RunnerSettings, 'memoryMb'> {
  readonly isolation: Isolation;
  /** Where the directories of children lie. */
  readonly root: string;
}

/** Masking holds one value of up to 32 MB, as bytes, text and objects, and every secret of the plan. */
export const MASK_LIMITS: ChildLimits = { dataMb: 1_024, heapMb: 512 };

/** A child for checks: reads its directory and our code, writes nothing. */
export function startCheckSlot(settings: SlotSettings): Slot {
  return startSlot(settings, { entry: 'check-main.js', limits: checkLimits(settings) });
}

/** A child for masking: reads and writes its directory. */
export function startMaskSlot(settings: SlotSettings): Slot {
  return startSlot(settings, { entry: 'mask-main.js', limits: MASK_LIMITS, isWritable: true });
}

/** A child for checks of one plugin of others: reads its directory, our code and the plugin's, writes nothing. */
export function startPluginSlot(settings: SlotSettings, plugin: CopiedPlugin): Slot {
  return startSlot(settings, { entry: 'plugin-main.js', limits: checkLimits(settings), plugin });
}

/** A child that tries to break out, held as a check is; `permissions` says whether by the permission model too. */
export function startProbeSlot(settings: SlotSettings, permissions: boolean): Slot {
  return startSlot(settings, { entry: 'probe-main.js', limits: checkLimits(settings), permissions });
}

/** @throws SandboxError `not_installed` when children could not load their packages */
export function requirePackages(): void {
  const packages = path.join(DIST, '../node_modules');
  if (!lstatSync(packages).isSymbolicLink()) return;
  throw new SandboxError(
    'not_installed',
    `${packages} is a symbolic link, which checks may not follow: replace it by a real directory (npm ci).`,
  );
}

interface Kind {
  /** Its main file, below `child`. */
  readonly entry: string;
  readonly limits: ChildLimits;
  readonly isWritable?: boolean;
  readonly permissions?: boolean;
  /** The plugin of others that it runs. */
  readonly plugin?: CopiedPlugin;
}

function startSlot({ root, isolation }: SlotSettings, kind: Kind): Slot {
  const { entry, limits, isWritable = false, permissions = true, plugin = null } = kind;
  const directory = mkdtempSync(path.join(root, `${path.basename(entry, '-main.js')}-`));
  const home: Place = { path: directory, inside: '/in', kind: 'directory', isWritable };
  const program: ChildProgram = {
    ...limits,
    entry: path.join(CHILD, entry),
    args: plugin === null ? [] : [path.join(nameInside(shelf(plugin), isolation), plugin.entry)],
    places: [...code(), ...(plugin === null ? [] : [shelf(plugin)])],
    home,
    permissions,
  };
  return {
    child: new Child(childCommand(program, isolation)),
    directory,
    inside: nameInside(home, isolation),
    dispose: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The heap is a quarter, so that buffers and code have room too. */
function checkLimits({ memoryMb }: SlotSettings): ChildLimits {
  return { dataMb: memoryMb, heapMb: Math.floor(memoryMb / 4) };
}

function shelf({ directory }: CopiedPlugin): Place {
  return { path: directory, inside: '/plugin', kind: 'directory', isWritable: false };
}

/** What every child may read: our compiled code and its packages. */
function code(): readonly Place[] {
  const checkout = path.dirname(DIST);
  return [
    here(DIST, 'directory'),
    here(path.join(checkout, 'node_modules'), 'directory'),
    here(path.join(checkout, 'package.json'), 'file'),
  ];
}
