import type { Role } from '@rungate/config';
import { untilBroken } from './broken.js';

describe('untilBroken', () => {
  it.each([
    [['worker'], true],
    [['ingress', 'worker'], false],
    [['api'], false],
  ] as [Role[], boolean][])('with the roles %j ends the process: %s', async (roles, ends) => {
    const errors: unknown[] = [];
    const log = { info: jest.fn(), warn: jest.fn(), error: (...line: unknown[]) => errors.push(line) };
    const { asked, because } = untilBroken({ roles, log });
    because('nothing arrives');
    expect(await Promise.race([asked.then(() => true), Promise.resolve(false).then((no) => no)])).toBe(ends);
    expect(errors).toEqual([['only a new process can help', { reason: 'nothing arrives', ends }]]);
  });
});
