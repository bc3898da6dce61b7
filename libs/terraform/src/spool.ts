import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, unlinkSync, write, writeSync } from 'node:fs';
import { readdir, rm, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FetchedPlan } from '@rungate/run-task';
import { TerraformError } from './errors.js';

/** How much may lie on disk at once. */
export interface SpoolLimits {
  /** Bytes of all plans of this process. */
  readonly spoolBytes: number;
  /** Bytes of one organization's plans of this process. */
  readonly organizationBytes: number;
}

/** A directory of one process is `rungate.<host>.<pid>.<random>`; the random part tells a pid that was used before. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');
const OWN_DIRECTORY = `rungate.${HOST}.${process.pid}.${randomBytes(8).toString('hex')}`;
const PROCESS_DIRECTORY = /^rungate\.([A-Za-z0-9_-]+)\.(\d+)\.[0-9a-f]{16}$/;
/** In the directory of one plan. */
const PLAN_FILE = 'plan.json';
/** No task result lives longer than an hour; what nobody touched for two belongs to nobody. */
const ABANDONED_AFTER_MS = 2 * 60 * 60 * 1_000;

/** Bytes of a plan that are written and removed in place: so few take less time than another thread does to wake up. */
const AT_ONCE = 64 * 1024;

const writeSome = promisify(write);

/**
 * Plans on disk, as they came: each in a directory of its own that nobody else may enter, within a total size. A directory
 * that is empty again serves the next plan: to remove one takes longer than all the rest.
 */
export class Spool {
  readonly #room: Room;
  /** Directories that hold nothing now. */
  readonly #empty: string[] = [];

  constructor(
    private readonly directory: string,
    limits: SpoolLimits,
  ) {
    this.#room = new Room(limits);
  }

  /** @throws what the file system says */
  create(organizationId: string): SpoolFile {
    const directory = this.#empty.pop() ?? this.#newDirectory();
    const fd = openSync(path.join(directory, PLAN_FILE), 'wx', 0o600);
    return new SpoolFile({ directory, fd, organizationId, room: this.#room, empty: this.#empty });
  }

  #newDirectory(): string {
    const own = path.join(this.directory, OWN_DIRECTORY);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    return mkdtempSync(path.join(own, 'plan-'));
  }

  /** Removes what processes left that no longer run; resolves with how many there were. For the start of a process. */
  async sweep(): Promise<number> {
    const names = await readdir(this.directory).catch(() => []);
    let swept = 0;
    for (const name of names) {
      const directory = path.join(this.directory, name);
      if (!(await isLeftOver(name, directory))) continue;
      await rm(directory, { recursive: true, force: true });
      swept += 1;
    }
    return swept;
  }

  /** Removes everything of this process. */
  async close(): Promise<void> {
    await rm(path.join(this.directory, OWN_DIRECTORY), { recursive: true, force: true });
  }
}

interface SpoolFileParts {
  readonly directory: string;
  readonly fd: number;
  readonly organizationId: string;
  readonly room: Room;
  /** Where the directory goes when it is empty again. */
  readonly empty: string[];
}

/** A plan that is being written; becomes a `FetchedPlan`, or is removed. */
export class SpoolFile {
  #bytes = 0;
  #isOpen = true;
  #gone = false;

  constructor(private readonly parts: SpoolFileParts) {}

  /** @throws TerraformError `spool_full`, or what the file system says. */
  async write(chunk: Uint8Array): Promise<void> {
    const { room, organizationId, fd } = this.parts;
    room.take(organizationId, chunk.byteLength);
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= AT_ONCE) writeAll(fd, chunk);
    else for (let at = 0; at < chunk.byteLength;) at += (await writeSome(fd, chunk, at)).bytesWritten;
  }

  finish(): FetchedPlan {
    this.#close();
    const file = path.join(this.parts.directory, PLAN_FILE);
    return { path: file, bytes: this.#bytes, dispose: () => this.remove() };
  }

  /** Safe to call twice, and when somebody else removed the file. */
  async remove(): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    this.parts.room.giveBack(this.parts.organizationId, this.#bytes);
    this.#close();
    await removeFile(path.join(this.parts.directory, PLAN_FILE), this.#bytes);
    this.parts.empty.push(this.parts.directory);
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.parts.fd);
    this.#isOpen = false;
  }
}

function writeAll(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.byteLength;) at += writeSync(fd, chunk, at);
}

/** The runner has removed the plan already, as a rule. */
async function removeFile(file: string, bytes: number): Promise<void> {
  try {
    if (bytes <= AT_ONCE) unlinkSync(file);
    else await unlink(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Bytes in use, per organization. */
class Room {
  readonly #used = new Map<string, number>();
  #total = 0;

  constructor(private readonly limits: SpoolLimits) {}

  take(organizationId: string, bytes: number): void {
    const used = (this.#used.get(organizationId) ?? 0) + bytes;
    if (used > this.limits.organizationBytes || this.#total + bytes > this.limits.spoolBytes) {
      throw new TerraformError(
        'spool_full',
        'The plans that are being evaluated take all the room they may (RUNGATE_SPOOL_BYTES).',
      );
    }
    this.#used.set(organizationId, used);
    this.#total += bytes;
  }

  giveBack(organizationId: string, bytes: number): void {
    const used = (this.#used.get(organizationId) ?? 0) - bytes;
    if (used > 0) this.#used.set(organizationId, used);
    else this.#used.delete(organizationId);
    this.#total -= bytes;
  }
}

/** On this host the pid tells; a volume shared between hosts is told by its age. */
async function isLeftOver(name: string, directory: string): Promise<boolean> {
  const [, host, pid] = PROCESS_DIRECTORY.exec(name) ?? [];
  if (host === undefined || name === OWN_DIRECTORY) return false;
  if (host === HOST && (Number(pid) === process.pid || !isRunning(Number(pid)))) return true;
  const touched = await stat(directory).catch(() => null);
  return touched !== null && Date.now() - touched.mtimeMs > ABANDONED_AFTER_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
