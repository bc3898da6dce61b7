import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A directory for the files of one test file. */
export class TemporaryFiles {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'rungate-test-'));
  private count = 0;

  /** Writes a file: bytes and texts as they are, anything else as JSON. */
  write(content: unknown): string {
    const file = path.join(this.directory, `${++this.count}.json`);
    const raw = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
    writeFileSync(file, raw);
    return file;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
