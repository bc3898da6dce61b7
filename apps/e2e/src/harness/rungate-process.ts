import path from 'node:path';
import { CHECKOUT, freePort, newDirectory } from './checkout.js';
import { Child } from './child.js';
import { until } from './until.js';

/** The command itself, which supervisors run: npm and npx do not pass on how it ends. */
const COMMAND = path.join(CHECKOUT, 'apps/rungate/rungate.js');
const READY_WITHIN_MS = 90_000;

/** How a process under test differs from the others. */
export interface RungateOptions {
  /** A new one unless given. */
  readonly dataDir?: string;
  /** Laid over what every process here gets: free ports, and the data directory. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A platform that said that it is ready. */
export interface Rungate {
  readonly child: Child;
  readonly url: string;
  readonly dataDir: string;
}

/** Starts `rungate serve` and waits for its ready line. @throws Error with what it said when it ended before */
export async function startRungate(options: RungateOptions = {}): Promise<Rungate> {
  const dataDir = options.dataDir ?? newDirectory();
  const child = await launchRungate(['serve'], { ...options, dataDir });
  const url = await until('the ready line', READY_WITHIN_MS, () => {
    if (child.exit !== null) throw new Error(`rungate ended before it was ready: ${child.stderr}`);
    return /^Rungate is ready at (\S+)$/m.exec(child.stdout)?.[1] ?? null;
  });
  return { child, url, dataDir };
}

/** Starts the command with any arguments and waits for nothing. */
export async function launchRungate(args: readonly string[], options: RungateOptions = {}): Promise<Child> {
  return new Child([COMMAND, ...args], {
    RUNGATE_LISTEN: `127.0.0.1:${await freePort()}`,
    RUNGATE_METRICS_LISTEN: `127.0.0.1:${await freePort()}`,
    RUNGATE_DATA_DIR: options.dataDir ?? newDirectory(),
    // A test asks again and again, with one token, until something has happened.
    RUNGATE_API_REQUESTS_PER_SECOND: '100000',
    ...options.env,
  });
}
