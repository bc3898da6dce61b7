import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Child } from './child.js';
import { launchRungate, type Rungate } from './rungate-process.js';

/** How a command ended, and what it said. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line, logged in to a platform with its bootstrap token. */
export class CommandLine {
  readonly #env: NodeJS.ProcessEnv;

  constructor({ url, dataDir }: Pick<Rungate, 'url' | 'dataDir'>) {
    const token = readFileSync(path.join(dataDir, 'bootstrap-token'), 'utf8').trim();
    this.#env = { RUNGATE_URL: url, RUNGATE_TOKEN: token, HOME: dataDir };
  }

  /** Runs a command to its end. */
  async run(...args: readonly string[]): Promise<Said> {
    const child = await this.launch(...args);
    const { code } = await child.ended();
    return { code, stdout: child.stdout, stderr: child.stderr };
  }

  /** Starts a command and waits for nothing. */
  launch(...args: readonly string[]): Promise<Child> {
    return launchRungate(args, { env: this.#env });
  }
}
