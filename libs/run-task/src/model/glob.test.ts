import { matchesGlob } from './glob.js';

describe('matchesGlob', () => {
  it.each([
    ['aws_*', 'aws_db_instance', true],
    ['aws_*_system', 'aws_efs_file_system', true],
    ['aws_*_system', 'aws_efs_file_systems', false],
    ['*', '', true],
    ['?', '', false],
    ['module.?.x', 'module.a.x', true],
    ['module.a["*"].x', 'module.a["k.1"].x', true],
    ['a.b', 'axb', false],
    ['(a+)+$', '(a+)+$', true],
    ['**a**', 'bab', true],
    ['abc', 'ab', false],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('has no pattern that takes for ever', () => {
    expect(matchesGlob('*a'.repeat(200), 'a'.repeat(5_000) + 'b')).toBe(false);
  });
});
