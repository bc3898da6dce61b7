import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { publicKey, readShape, type PublicKey } from '@rungate/contract';
import { plainText } from '@rungate/run-task';
import { CommandError } from './errors.js';
import { faultOf } from './explain.js';

/** JSON of a file, or of standard input for `-`. @throws CommandError that names the option. */
export async function readJsonInput(file: string, option: string): Promise<unknown> {
  const written = await readInput(file, option);
  try {
    return JSON.parse(written.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new CommandError('usage', `${option}: ${plainText(file, 200)} is not JSON.`, { cause });
  }
}

/** A public key of a file, as JWK. @throws CommandError that names the option and every fault. */
export async function readPublicKey(file: string, option: string): Promise<PublicKey> {
  const reading = readShape(publicKey, await readJsonInput(file, option));
  if (reading.ok) return reading.value;
  const faults = reading.violations.map((violation) => `  ${faultOf(violation)}`);
  throw new CommandError('usage', [`${option}: this is no public key as JWK:`, ...faults].join('\n'));
}

/** A secret of a file, or of standard input for `-`, without the line break that ends it. */
export async function readSecretInput(file: string, option: string): Promise<string> {
  return (await readInput(file, option)).replace(/\r?\n$/, '');
}

async function readInput(file: string, option: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it failed';
    throw new CommandError('usage', `${option}: cannot read ${plainText(file, 200)} (${code}).`, { cause });
  }
}
