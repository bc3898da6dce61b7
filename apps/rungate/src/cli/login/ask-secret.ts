import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError } from '../errors.js';

/** A token that is typed at a terminal, or comes through a pipe: never an argument, where others could read it. */
export async function readTokenInput(question: string): Promise<string> {
  return (process.stdin.isTTY ? await askSecret(question) : await text(process.stdin)).trim();
}

/** Asks at a terminal for a secret, which is not shown as it is typed. @throws CommandError `stopped` on Ctrl-C. */
function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const silence = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const line = createInterface({ input: process.stdin, output: silence, terminal: true });
  return new Promise((resolve, reject) => {
    line.once('SIGINT', () => {
      line.close();
    });
    line.once('close', () => {
      process.stderr.write('\n');
      // After an answer this changes nothing.
      reject(new CommandError('stopped', 'Stopped.'));
    });
    line.question('', (answer) => {
      resolve(answer);
      line.close();
    });
  });
}
