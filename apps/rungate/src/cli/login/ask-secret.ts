import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from '../errors.js';

/** Asks at a terminal for a secret, which is not shown as it is typed. @throws CommandError `stopped` on Ctrl-C. */
export function askSecret(question: string): Promise<string> {
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
