import { addressFor } from './address.js';

test.each([
  [
    'postgres://owner:secret@db.example.com:6432/rungate?sslmode=require',
    'db.example.com:6432/rungate?sslmode=require',
  ],
  ['postgresql://db/rungate', 'db/rungate'],
  ['postgresql:///rungate?host=/var/run/postgresql', '/rungate?host=/var/run/postgresql'],
])('another login takes host, port, database and parameters of %s', (url, rest) => {
  expect(addressFor(url, { user: 'rungate_flow', password: 'p@ss' })).toBe(`postgresql://rungate_flow:p%40ss@${rest}`);
});
