/** One thing that is wrong with the environment, without the value of a secret. */
export interface Problem {
  readonly variable: string;
  /** What is wrong, and what to write instead. */
  readonly text: string;
}

/** The environment cannot be used; the message lists every problem, one per line. */
export class ConfigError extends Error {
  readonly code = 'bad_environment';

  constructor(readonly problems: readonly Problem[]) {
    const lines = problems.map(({ variable, text }) => `  ${variable}: ${text}`);
    super(['The environment has problems; nothing was started:', ...lines].join('\n'));
    this.name = 'ConfigError';
  }
}
