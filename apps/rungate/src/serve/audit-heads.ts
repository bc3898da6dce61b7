import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Log } from '@rungate/telemetry';
import type { HeadSink } from '@rungate/run-task';
import { StartError } from './start-error.js';

/**
 * Where the heads of audit trails go: lines of a file that only its owner reads, or of the log when there is no file.
 * @throws StartError `heads_unwritable`
 */
export function openHeadSink(file: string | null, log: Log): HeadSink {
  return file === null ? headsInLog(log) : headsInFile(file);
}

function headsInLog(log: Log): HeadSink {
  return {
    note: (heads) => {
      for (const head of heads) log.info('audit head', { ...head });
      return Promise.resolve();
    },
  };
}

const OWNER_ONLY = 0o600;

function headsInFile(file: string): HeadSink {
  try {
    closeSync(openSync(file, 'a', OWNER_ONLY));
  } catch (cause) {
    throw new StartError(
      'heads_unwritable',
      `The file of audit heads ${file} cannot be written. Choose another with RUNGATE_AUDIT_HEADS_FILE.`,
      { cause },
    );
  }
  return {
    // Opened each time, so that it may be moved away at any moment.
    note: async (heads) => {
      const handle = await open(file, 'a', OWNER_ONLY);
      try {
        await handle.appendFile(heads.map((head) => `${JSON.stringify(head)}\n`).join(''));
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
  };
}
