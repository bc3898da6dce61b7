import { announce } from './announce.js';

const URL = 'https://rungate.example.com';
const READY = `Rungate is ready at ${URL}\n`;

async function said(isTTY: boolean, link: string | null): Promise<{ lines: readonly string[]; made: number }> {
  const lines: string[] = [];
  let made = 0;
  const setupUrl = () => {
    made += 1;
    return Promise.resolve(link);
  };
  await announce({ isTTY, write: (text) => lines.push(text) }, { url: URL, setupUrl });
  return { lines, made };
}

describe('what a process says when it is ready', () => {
  it('is the way in of the first owner, to a terminal', async () => {
    const { lines } = await said(true, `${URL}/setup#once`);
    expect(lines).toEqual([READY, expect.stringContaining(`Open ${URL}/setup#once `)]);
  });

  it('makes no way in for a file or a pipe, which somebody keeps', async () => {
    expect(await said(false, `${URL}/setup#once`)).toEqual({ lines: [READY], made: 0 });
  });

  it('is the address alone where there is an owner', async () => {
    expect((await said(true, null)).lines).toEqual([READY]);
  });
});
