import path from 'node:path';
import { tmpdir } from 'node:os';
import type { Person } from './person.js';

/** Where pictures go to be looked at; outside the repository. */
const FOLDER = process.env.RUNGATE_PICTURES ?? path.join(tmpdir(), 'rungate-pictures');
/** Where the pictures of the documents go; without it none are made. */
const DOCUMENTS = process.env.RUNGATE_DOCUMENT_PICTURES;
/** Small enough for all of them together, and letters stay sharp. */
const QUALITY = 70;

/** How a page is looked at. */
export interface View {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
}

/** Takes a picture of the whole page, and at 1280 one for the documents, when they are wanted. */
export async function takePicture(person: Person, name: string, { scheme, width }: View): Promise<void> {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  await person.page.screenshot({ path: path.join(FOLDER, `${slug}-${scheme}-${width}.png`), fullPage: true });
  if (DOCUMENTS === undefined || width !== 1280) return;
  const file = path.join(DOCUMENTS, `${slug}-${scheme}.webp`);
  await person.page.screenshot({ path: file, type: 'webp', quality: QUALITY });
}
