import type { TaskResultDetailBody } from '@rungate/contract';
import { markdownOf } from './markdown.js';

const outcome = {
  ...{ rule: 'delete', severity: 'high', certainty: 'violation', address: 'aws_db_instance.main' },
  ...{ message: 'would be deleted', remediation: null, docsUrl: null },
};
const taskResult = (finding: object) =>
  ({
    ...{ organization: 'acme', workspaceName: 'net', runId: 'run-1', message: null, verdict: 'failed' },
    checks: [{ name: 'guard', enforcement: 'mandatory', status: 'failed', outcomes: [{ ...outcome, ...finding }] }],
  }) as unknown as TaskResultDetailBody;

describe('a result as Markdown', () => {
  it('says the verdict, where, and what was found', () => {
    expect(markdownOf(taskResult({}))).toBe(
      [
        '**Blocked: 1 high finding must be fixed**',
        '`acme / net`, `run-1`',
        '- **high** `aws_db_instance.main` would be deleted (`delete`)',
      ].join('\n\n'),
    );
  });

  it('lets no text of others become markup', () => {
    const text = markdownOf(taskResult({ message: '[click](https://evil.example) <b>\n# x @all', address: 'a`b' }));
    expect(text).toContain('\\[click\\]\\(https://evil.example\\) \\<b\\> \\# x \\@all');
    expect(text).toContain('`` a`b ``');
  });
});
