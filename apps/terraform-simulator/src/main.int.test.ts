import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Built by `npm ci` and `npm run build`. */
const MAIN = path.resolve(__dirname, '../../../dist/apps/terraform-simulator/src/main.js');

const start = (...args: string[]) => spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
const read = async (stream: AsyncIterable<unknown>) => {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
};

describe('terraform simulator command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says where it is ready, and ends 0 on %s', async (signal) => {
    const child = start('--listen', '127.0.0.1:0');
    const ended = once(child, 'exit');
    const lines: AsyncIterator<string> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value: line } = (await lines.next()) as { value: string };
    const origin = /^Terraform simulator is ready at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '';
    expect(await (await fetch(`${origin}/_simulator/fixtures`)).json()).toContain('replace');
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
  });

  it('shows an example with --help', async () => {
    const child = start('--help');
    expect(await read(child.stdout)).toContain('/_simulator/runs');
  });

  it('refuses an address that others could reach', async () => {
    const child = start('--listen', '0.0.0.0:0');
    const ended = once(child, 'exit');
    expect(await read(child.stderr)).toContain('does not listen on 0.0.0.0');
    expect(await ended).toEqual([2, null]);
  });
});
