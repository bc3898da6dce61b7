import type { Markdown, Plain } from './text.js';
export type TagLevel = 'none' | 'info' | 'warning' | 'error';
/** One entry of the run page's list (HashiCorp, "Run tasks integration API", outcomes payload). */
export interface Outcome {
  readonly type: 'task-result-outcomes';
  readonly attributes: {
    /** 1–64 characters. */
    readonly 'outcome-id': Plain;
    /** 1–1,000 characters. */
    readonly description: Plain;
    /** At most 10,000 characters. */
    readonly body?: Markdown;
    /** https, at most 500 characters. */
    readonly url?: string;
    /** Names from a closed list that the platform sets. */
    readonly tags: Readonly<Partial<Record<'Status' | 'Severity' | 'Check', readonly OutcomeTag[]>>>;
  };
}
export interface OutcomeTag {
  /** 1–32 characters. */
  readonly label: Plain;
  readonly level?: TagLevel;
}
