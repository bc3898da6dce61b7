// The floor of a durable accept: raw node:http, HMAC over the raw body, JSON.parse, one durable insert, 200.
// Arguments: connection string, HMAC key. Prints the address that it listens on.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { Pool } from 'pg';

const [connectionString, hmacKey = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString, max: 10 });
let serial = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const expected = createHmac('sha512', hmacKey).update(body).digest();
    const given = Buffer.from(String(request.headers['x-tfc-task-signature']), 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end();
      return;
    }
    JSON.parse(body.toString('utf8'));
    pool
      .query({
        name: 'insert',
        text: 'INSERT INTO floor (id, body) VALUES ($1, $2)',
        values: [++serial, body.toString('utf8')],
      })
      .then(() => response.writeHead(200, { 'content-length': 2 }).end('{}'))
      .catch(() => response.writeHead(503, { 'content-length': 0 }).end());
  });
});

void pool.query('CREATE TABLE floor (id bigint PRIMARY KEY, body jsonb NOT NULL)').then(() => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(
      `ready at http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}\n`,
    );
  });
});
