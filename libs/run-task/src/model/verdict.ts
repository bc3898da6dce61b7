/** The final answer of a task result, in the caller's words. */
export type Verdict = 'passed' | 'failed';
