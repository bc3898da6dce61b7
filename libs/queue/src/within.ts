import { QueueError } from './errors.js';

/** The promise's own end, or a rejection `unavailable` after `limitMs`; a later rejection is swallowed. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new QueueError('unavailable', `The queue did not answer within ${limitMs} ms.`));
    }, limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
