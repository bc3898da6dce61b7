import { TemporaryFiles } from '@rungate/checks/testing';
import { readChecksFile } from './checks-file.js';

const files = new TemporaryFiles();
afterAll(() => {
  files.remove();
});

const guard = { name: 'guard', use: 'destructive-guard', stages: ['post_plan'], enforcement: 'mandatory' };

function problemsOf(content: unknown): string {
  try {
    readChecksFile(files.write(content));
    return '';
  } catch (cause) {
    return cause instanceof Error ? cause.message : '';
  }
}

describe('readChecksFile', () => {
  it('reads the checks of a run task, with their defaults', () => {
    expect(readChecksFile(files.write([guard]))).toEqual([
      { ...guard, timeoutSeconds: 60, config: {}, failOn: 'high', onUnknown: 'warn', onError: 'fail', locked: false },
    ]);
  });

  it('reads them from the body of a PUT too, and looks at nothing else there', () => {
    expect(readChecksFile(files.write({ terraformOrigin: '?', checks: [guard] }))).toHaveLength(1);
  });

  it('points at every fault', () => {
    const faulty = { ...guard, name: 'other', use: 'destroyer' };
    const misplaced = { ...guard, name: 'third', stages: ['post_apply'], config: { maxDeletes: -1, most: 1 } };
    const problems = problemsOf({ checks: [guard, faulty, misplaced] });
    expect(problems).toContain('/checks/1/use  Is no check plugin here. There are rules, destructive-guard');
    expect(problems).toContain('/checks/2/stages/0  Must be one of post_plan, pre_apply for destructive-guard.');
    expect(problems).toContain('/checks/2/config/maxDeletes');
    expect(problems).toContain('/checks/2/config/most  This key is not known.');
  });

  it.each([
    ['no list', { guard }, '(the whole file)'],
    ['two of a name', [guard, guard], '/1/name  Is used twice.'],
    ['an unknown member', [{ ...guard, severity: 'high' }], '/0/severity  Is not a known field.'],
    ['no JSON', '[{]', 'is not valid JSON'],
  ])('refuses a file with %s', (_, content, problem) => {
    expect(problemsOf(content)).toContain(problem);
  });

  it('encodes what it says of a hostile file', () => {
    expect(problemsOf([{ ...guard, '\u001b[2J\u202e': 1 }])).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
    expect(problemsOf('\u001b[2J')).not.toMatch(/\p{Cc}/u);
  });

  it('says that there is no such file', () => {
    expect(() => readChecksFile('/nonexistent/checks.json')).toThrow('there is no such file');
  });
});
