import { setImmediate } from 'node:timers/promises';
import { Closing, closingAfter } from './closing.js';

/** A closing of three, the last of which takes until it is told. */
function aClosing(): { closing: Closing; ended: string[]; release: () => void } {
  const closing = new Closing();
  const ended: string[] = [];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  for (const name of ['database', 'queue']) closing.defer(() => void ended.push(name));
  closing.defer(async () => {
    await released;
    ended.push('platform');
  });
  return { closing, ended, release };
}

describe('what a benchmark started', () => {
  it('ends in reverse order, and whoever asks meanwhile waits for all of it', async () => {
    const { closing, ended, release } = aClosing();
    const first = closing.close();
    const second = closing.close().then(() => [...ended]);
    await setImmediate();
    expect(ended).toEqual([]);
    release();
    expect(await second).toEqual(['platform', 'queue', 'database']);
    await first;
  });

  it('ends also when it is started after everything else was ended', async () => {
    const { closing, ended, release } = aClosing();
    release();
    await closing.close();
    closing.defer(() => void ended.push('late'));
    await closing.close();
    expect(ended).toEqual(['platform', 'queue', 'database', 'late']);
  });

  it('ends although something before it could not be ended', async () => {
    const { closing, ended, release } = aClosing();
    closing.defer(() => Promise.reject(new Error('it hangs')));
    release();
    await expect(closing.close()).rejects.toThrow('could be ended');
    expect(ended).toEqual(['platform', 'queue', 'database']);
  });

  it('of one measurement ends with it, and with the whole at the latest', async () => {
    const outer = new Closing();
    const ended: string[] = [];
    const never = closingAfter(outer, (closing) => {
      closing.defer(() => void ended.push('inner'));
      return new Promise<never>(() => undefined);
    });
    await outer.close();
    expect(ended).toEqual(['inner']);
    void never;
  });
});
