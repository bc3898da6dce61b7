import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AuditHead } from '@rungate/run-task';
import { createLog } from '@rungate/telemetry';
import { openHeadSink } from './audit-heads.js';

const HEAD: AuditHead = {
  trail: '00000000-0000-0000-0000-000000000000',
  sequence: 4,
  hash: 'aa',
  at: '2026-11-22T05:00:00.000Z',
  key: 'bb',
  signature: 'cc',
};

describe('where audit heads go', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'rungate-heads-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const log = createLog({ level: 'error', write: () => undefined });

  it('is a file that only its owner reads, a line each, which may be moved away', async () => {
    const file = path.join(folder, 'heads.jsonl');
    const sink = openHeadSink(file, log);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await sink.note([HEAD, { ...HEAD, sequence: 5 }]);
    renameSync(file, `${file}.1`);
    await sink.note([{ ...HEAD, sequence: 6 }]);
    const sequences = [`${file}.1`, file].map((name) =>
      readFileSync(name, 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as AuditHead).sequence),
    );
    expect(sequences).toEqual([[4, 5], [6]]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is refused at the start when it cannot be written', () => {
    expect(() => openHeadSink(path.join(folder, 'none', 'heads.jsonl'), log)).toThrow('RUNGATE_AUDIT_HEADS_FILE');
  });

  it('is the log when there is no file, a line of JSON for each', async () => {
    const lines: string[] = [];
    const sink = openHeadSink(null, createLog({ level: 'info', pretty: false, write: (line) => lines.push(line) }));
    await sink.note([HEAD]);
    expect(JSON.parse(lines.join(''))).toMatchObject(HEAD);
  });
});
