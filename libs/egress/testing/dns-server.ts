import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Published } from './text-records.js';

const TXT = 16;
const CODES = { ok: 0, noSuchName: 3, refused: 5 } as const;
const HEADER_BYTES = 12;
const STRING_BYTES = 255;

/** A name server on loopback that knows TXT records alone. */
export class TestDnsServer {
  readonly published = new Map<string, Published>();
  readonly #socket: Socket = createSocket('udp4');

  /** `address:port` */
  async start(): Promise<string> {
    this.#socket.on('message', (query, { address, port }) => {
      const answer = this.#answerTo(query);
      if (answer !== null) this.#socket.send(answer, port, address);
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answerTo(query: Buffer): Buffer | null {
    const { name, end } = nameAt(query, HEADER_BYTES);
    const found = this.published.get(name);
    if (found === 'silence') return null;
    const records = Array.isArray(found) ? (found as readonly string[]).map(record) : [];
    const code = found === undefined ? CODES.noSuchName : found === 'refused' ? CODES.refused : CODES.ok;
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    // An answer, with the recursion that was wanted; one question.
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, query.subarray(HEADER_BYTES, end + 4), ...records]);
  }
}

function nameAt(query: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** A record of the name that was asked for. */
function record(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += STRING_BYTES) {
    const part = bytes.subarray(at, at + STRING_BYTES);
    strings.push(Buffer.from([part.length]), part);
  }
  const data = Buffer.concat(strings);
  const head = Buffer.alloc(12);
  // Where the question has the name.
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
