import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { onCleanup } from './cleanup.js';

/** The checkout under test; `npm run build` made its dist/, and with it what of this folder is no test. */
export const CHECKOUT = checkoutAbove(__dirname);

function checkoutAbove(directory: string): string {
  return existsSync(path.join(directory, 'package.json')) ? directory : checkoutAbove(path.dirname(directory));
}

/** A new directory that is gone after the test file. */
export function newDirectory(): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'rungate-e2e-'));
  onCleanup(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
