import { existsSync } from 'node:fs';

// Set-up of the Jest project `int15`: its tests find Debian's Postgres 15 instead of the embedded one.
const folder = '/usr/lib/postgresql/15/bin';
if (!existsSync(folder)) throw new Error(`There is no Postgres 15 in ${folder}; install postgresql-15.`);
process.env.RUNGATE_TEST_POSTGRES = folder;
