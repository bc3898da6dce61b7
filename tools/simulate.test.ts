import { spawnSync } from 'node:child_process';
import path from 'node:path';

const TOOL = path.resolve(__dirname, 'simulate.mjs');

function run(...args: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [TOOL, ...args], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('simulate', () => {
  it('runs as many schedules as it is asked for, and says what was reached', () => {
    const { status, output } = run('--simulated', '24', '--seed', '1', '--threads', '1');
    expect(output).toMatch(/^24 of 24 schedules in .* task results: no violation$/m);
    expect(output).toMatch(/before D4: \d+ times/);
    expect(status).toBe(0);
  }, 120_000);

  it('tells the story of one seed', () => {
    const { status, output } = run('--replay', '7');
    expect(output).toMatch(/ingress: recordTaskResult/);
    expect(output).toMatch(/seed 7: no violation/);
    expect(status).toBe(0);
  }, 120_000);

  it('says what is wrong with what it is asked for', () => {
    expect(run('--simulated', 'many')).toEqual({
      status: 2,
      output: '--simulated must be a whole number, not "many"\n',
    });
  });
});
