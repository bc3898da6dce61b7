import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { selfSigned } from '@rungate/egress/testing';
import { CHECKOUT, newDirectory } from './checkout.js';
import { onCleanup } from './cleanup.js';
import { until } from './until.js';

const PROGRAM = '/usr/sbin/nginx';
const READY_WITHIN_MS = 10_000;

/** nginx with the configuration that we hand out, in front of something. */
export interface Nginx {
  /** As people reach it. */
  readonly url: string;
  /** Whom they must trust for it. */
  readonly ca: string;
}

/** Tests that need nginx; without one they are skipped, and their name says why. Under CI=true that is a failure. */
export function describeWithNginx(name: string, body: () => void): void {
  if (existsSync(PROGRAM)) describe(name, body);
  else describe.skip(`${name} (skipped: there is no ${PROGRAM})`, body);
}

/** Starts one that passes on to a port of loopback. @throws Error when it does not come up */
export async function startNginx(upstreamPort: number, port: number): Promise<Nginx> {
  const folder = newDirectory();
  const { cert, key } = selfSigned(['localhost']);
  writeFileSync(path.join(folder, 'rungate.crt'), cert);
  writeFileSync(path.join(folder, 'rungate.key'), key, { mode: 0o600 });
  const server = readFileSync(path.join(CHECKOUT, 'deploy/nginx.conf'), 'utf8')
    .replace('127.0.0.1:3000;', `127.0.0.1:${upstreamPort};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replace('server_name rungate.example.com;', 'server_name localhost;')
    .replaceAll('/etc/nginx/tls', folder);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((use) => `${use}_temp_path ${folder}/${use};`);
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; events {} http { access_log off; ${paths.join(' ')}\n${server} }`,
  );
  const child = spawn(PROGRAM, ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr'], { stdio: 'ignore' });
  onCleanup(async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  });
  await until('nginx to listen', READY_WITHIN_MS, () => listens(port));
  return { url: `https://localhost:${port}`, ca: cert };
}

function listens(port: number): Promise<true | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => {
      resolve(null);
    });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
