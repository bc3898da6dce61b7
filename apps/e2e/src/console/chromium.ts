import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { onCleanup } from '../harness/cleanup.js';

/** Debian's, unless another is named; tools/test.mjs looks at the same place. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** A browser of its own calls nobody: only pages of the tests run in it, so it needs no sandbox, which root cannot have. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the real browser, until the test file ends. @throws Error that says how to get one */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no ${CHROMIUM}: install Chromium (Debian: apt-get install chromium), or name yours in CHROMIUM_PATH.`,
    );
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  onCleanup(() => browser.close());
  return browser;
}
