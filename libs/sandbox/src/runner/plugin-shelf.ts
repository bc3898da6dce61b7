import { mkdirSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findPlugin, readManifest, type PluginManifest } from '@rungate/checks';
import { START_LIMIT_MS } from '../limits.js';
import type { RefusedPlugin } from '../runner-messages.js';
import { copyPlugin, PluginRefusal, type CopiedPlugin } from './plugin-folder.js';
import { failureText } from './failure-text.js';
import { Pool } from './pool.js';
import { startPluginSlot, type SlotSettings } from './slots.js';

/** A plugin of others that checks may use. */
export interface ShelvedPlugin {
  readonly manifest: PluginManifest;
  /** Children of this plugin alone, each for one task result. */
  readonly pool: Pool;
}

/** How plugins of others are taken in. */
export interface ShelfSettings {
  readonly slot: SlotSettings;
  /** Children of one plugin at once. */
  readonly poolSize: number;
  /** Folders of plugins; null: there are none. */
  readonly pluginsDir: string | null;
  /** Why the code of others is not run here, or null. */
  readonly refusal: string | null;
}

/**
 * The plugins of others: each is copied, described once in a child of its own, and known as data from then on. What is
 * wrong with one is said and concerns no other.
 */
export class PluginShelf {
  readonly refused: RefusedPlugin[] = [];
  private readonly plugins = new Map<string, ShelvedPlugin>();

  private constructor(private readonly settings: ShelfSettings) {}

  /** Describes every plugin there is. Never rejects: what cannot be taken is in `refused`. */
  static async open(settings: ShelfSettings): Promise<PluginShelf> {
    const shelf = new PluginShelf(settings);
    for (const folder of shelf.folders()) {
      try {
        await shelf.take(folder);
      } catch (cause) {
        shelf.refused.push({ folder, reason: reasonOf(cause) });
      }
    }
    return shelf;
  }

  find(use: string): ShelvedPlugin | null {
    return this.plugins.get(use) ?? null;
  }

  /** The name, and why there is no such plugin where that is known. */
  whyUnknown(use: string): string {
    const { refusal } = this.settings;
    const reason = this.refused.find(({ folder }) => folder === use)?.reason ?? refusal;
    return this.refused.length === 0 || reason === null ? use : `${use}: refused, because ${reason}`.slice(0, 900);
  }

  /** In the order of their folders. */
  manifests(): readonly PluginManifest[] {
    return [...this.plugins.values()].map(({ manifest }) => manifest);
  }

  async close(): Promise<void> {
    await Promise.all([...this.plugins.values()].map(({ pool }) => pool.close()));
  }

  private folders(): readonly string[] {
    const { pluginsDir } = this.settings;
    if (pluginsDir === null) return [];
    try {
      return readdirSync(pluginsDir)
        .filter((name) => !name.startsWith('.'))
        .sort();
    } catch (cause) {
      this.refused.push({ folder: pluginsDir, reason: reasonOf(cause) });
      return [];
    }
  }

  private async take(folder: string): Promise<void> {
    const { slot, poolSize, pluginsDir, refusal } = this.settings;
    if (refusal !== null) throw new PluginRefusal(refusal);
    const directory = path.join(slot.root, 'plugins');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const copied = copyPlugin(realpathSync(path.join(pluginsDir ?? '', folder)), path.join(directory, folder));
    const manifest = await describe(copied, slot);
    this.requireFree(manifest.name);
    this.plugins.set(manifest.name, { manifest, pool: new Pool(poolSize, () => startPluginSlot(slot, copied)) });
  }

  private requireFree(name: string): void {
    if (findPlugin(name) !== null) throw new PluginRefusal(`its name ${name} is that of a plugin that ships`);
    if (this.plugins.has(name)) throw new PluginRefusal(`its name ${name} is that of another folder's plugin`);
  }
}

/** Has a child of its own say what the plugin is. @throws PluginRefusal */
async function describe(copied: CopiedPlugin, settings: SlotSettings): Promise<PluginManifest> {
  const slot = startPluginSlot(settings, copied);
  const answer = await slot.child.ask({ kind: 'describe' }, START_LIMIT_MS);
  slot.child.kill('aborted');
  await slot.child.gone;
  slot.dispose();
  if (answer.kind === 'died') {
    const context = { timeoutMs: START_LIMIT_MS, memoryMb: settings.memoryMb };
    throw new PluginRefusal(`it cannot be described: ${failureText(answer, context)}`);
  }
  const { reply } = answer;
  if (reply.kind === 'errored') throw new PluginRefusal(`it cannot be loaded: ${reply.detail}`);
  const reading = readManifest(reply.kind === 'described' ? reply.manifest : null);
  if (reading.ok) return reading.manifest;
  throw new PluginRefusal(reading.reason);
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 1_000);
}
