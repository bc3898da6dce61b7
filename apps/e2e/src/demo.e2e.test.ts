import { cleanUp } from './harness/cleanup.js';
import { startLoopbackServer } from './harness/loopback-server.js';
import { launchRungate } from './harness/rungate-process.js';

jest.setTimeout(120_000);

afterAll(cleanUp);

describe('rungate demo --once', () => {
  it('prints every verdict, ends 0 and leaves no process', async () => {
    const child = await launchRungate(['demo', '--once']);
    expect(await child.ended()).toEqual({ code: 0, signal: null });
    const total = Number(/^(\d+) of \1 run tasks ended as expected, 0 protocol violations\.$/m.exec(child.stdout)?.[1]);
    const verdicts = child.stdout.split('\n').filter((line) => /^(✓ passed|✕ failed)/.test(line));
    expect(verdicts).toHaveLength(total);
    expect(verdicts.some((line) => line.startsWith('✓'))).toBe(true);
    expect(verdicts.some((line) => line.startsWith('✕'))).toBe(true);
    expect(child.stdout).not.toMatch(/UNEXPECTED|PROTOCOL VIOLATION/);
    expect(child.stderr).toBe('');
    expect(await child.leftovers()).toEqual([]);
  });

  it('ends with an error when its port is taken', async () => {
    const { host } = new URL((await startLoopbackServer(() => ({ status: 200, body: '' }))).origin);
    const child = await launchRungate(['demo', '--once'], { env: { RUNGATE_LISTEN: host } });
    expect((await child.ended()).code).toBe(1);
    expect(child.stderr).toContain(`Another process listens on ${host} already.`);
    expect(child.stdout).toBe('');
    expect(await child.leftovers()).toEqual([]);
  });
});
