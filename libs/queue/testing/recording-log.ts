import type { Log } from '@rungate/run-task';

type Fields = Parameters<Log['info']>[1];

/** A log that keeps its lines. */
export class RecordingLog implements Log {
  readonly lines: [level: 'info' | 'warn' | 'error', moment: string, fields: Fields][] = [];

  info(moment: string, fields: Fields): void {
    this.lines.push(['info', moment, fields]);
  }

  warn(moment: string, fields: Fields): void {
    this.lines.push(['warn', moment, fields]);
  }

  error(moment: string, fields: Fields): void {
    this.lines.push(['error', moment, fields]);
  }

  /** How often a moment was logged. */
  count(moment: string): number {
    return this.lines.filter((line) => line[1] === moment).length;
  }
}
