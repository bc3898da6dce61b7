import { readShape } from './reading.js';
import { checkList } from './run-task.js';

const check = { name: 'guard', use: 'destructive-guard', stages: ['post_plan'], enforcement: 'mandatory' };

describe('readShape', () => {
  it('says of a field that is not there that it is missing, and of a wrong one what it must be', () => {
    const reading = readShape(checkList, [{ ...check, enforcement: undefined, stages: null }], '/checks');
    const violations = reading.ok ? [] : reading.violations;
    expect(violations.map(({ pointer }) => pointer)).toEqual(['/checks/0/stages', '/checks/0/enforcement']);
    expect(violations[0]?.detail).toContain('expected array');
    expect(violations[1]?.detail).toBe('Is missing.');
  });

  it('does not call the whole of an input missing', () => {
    expect(readShape(checkList, undefined)).not.toMatchObject({ violations: [{ detail: 'Is missing.' }] });
  });
});
