#!/usr/bin/env node
// The `rungate` command: runs what `npm ci` built, and says so when that is missing or older than the sources.
'use strict';
/* global require, __dirname */
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

// A child of our own uid could open the inspector of this process by signal; a handler prevents it.
process.on('SIGUSR1', () => undefined);

const root = path.resolve(__dirname, '../..');
const main = path.join(root, 'dist/apps/rungate/src/main.js');

if (!existsSync(main)) fail('Rungate is not built yet. Run `npm ci` (or `npm run build`) first.');

const sources = path.join(root, 'tools/sources.mjs');
const start = existsSync(sources) ? import(sources).then(requireFreshBuild) : Promise.resolve();
start.then(() => require(main)).catch((error) => fail(error instanceof Error ? error.message : String(error)));

function requireFreshBuild({ sourceStamp }) {
  const { stamp } = JSON.parse(readFileSync(path.join(root, 'dist/build.json'), 'utf8'));
  if (stamp !== sourceStamp(root)) fail('The build is older than the sources. Run `npm run build`.');
}

function fail(message) {
  process.stderr.write(`rungate: ${message}\n`);
  process.exit(1);
}
