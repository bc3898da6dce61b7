import type { IsolationLevel } from '@rungate/run-task';
import type { Runner } from '@rungate/sandbox';
import { requireIsolation } from './outside.js';

const runner = (level: IsolationLevel, shortfall: string | null): Runner => ({
  level,
  shortfall,
  plugins: [],
  pid: null,
  ready: () => Promise.resolve(level),
  run: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

describe('RUNGATE_SANDBOX', () => {
  it('refuses to start below full when it says so, with the reason and the remedy', async () => {
    const shortfall = 'Not full, because bubblewrap is missing: install the package bubblewrap.';
    await expect(requireIsolation({ sandbox: 'full' }, runner('limited', shortfall))).rejects.toThrow(
      `RUNGATE_SANDBOX is full, but checks can only be isolated at the level limited here. ${shortfall} To accept what there is, set RUNGATE_SANDBOX=auto.`,
    );
    await expect(requireIsolation({ sandbox: 'full' }, runner('full', null))).resolves.toBeUndefined();
  });

  it.each(['auto', 'limited', 'weak'] as const)('starts at any level when it is %s', async (sandbox) => {
    await expect(requireIsolation({ sandbox }, runner('weak', null))).resolves.toBeUndefined();
  });
});
