import path from 'node:path';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import type { Person } from './person.js';

/** Where pictures go to be looked at; outside the repository. */
const FOLDER = process.env.RUNGATE_PICTURES ?? path.join(tmpdir(), 'rungate-pictures');
/** Where the pictures of the documents go; without it none are made. */
const DOCUMENTS = process.env.RUNGATE_DOCUMENT_PICTURES;
/** Small enough for all of them together, and letters stay sharp. */
const QUALITY = 70;

const HIDDEN_HEIGHT = `(() => {
  const main = document.querySelector('main');
  return main === null ? 0 : main.scrollHeight - main.clientHeight;
})()`;
const HIGHEST = 4_000;

/** How a page is looked at. */
export interface View {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}

/** Takes a picture of the whole page, and at 1280 one of its first sight for the documents, when they are wanted. */
export async function takePicture(person: Person, name: string, { scheme, width }: View): Promise<void> {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  if (DOCUMENTS !== undefined && width === 1280) {
    const file = path.join(DOCUMENTS, `${slug}-${scheme}.webp`);
    await person.page.screenshot({ path: file, type: 'webp', quality: QUALITY });
  }
  const usual = person.page.viewportSize() ?? { width, height: 800 };
  // The page scrolls inside its frame: in a window as high as itself all of it is seen.
  const higher = z.number().parse(await person.page.evaluate(HIDDEN_HEIGHT));
  await person.page.setViewportSize({ width, height: Math.min(usual.height + higher, HIGHEST) });
  await person.page.screenshot({ path: path.join(FOLDER, `${slug}-${scheme}-${width}.png`), fullPage: true });
  await person.page.setViewportSize(usual);
}
