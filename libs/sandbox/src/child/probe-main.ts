import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import path from 'node:path';
import { probeRequestSchema, type ChildReply, type ProbeRequest } from '../child-messages.js';
import { serve } from './serve.js';

// Entry of a child that tries to break out, and tells what it could do. It has no other work.
serve(async (message): Promise<ChildReply> => {
  const request = probeRequestSchema.parse(message);
  const escapes = [...fileEscapes(request), ...(request.kernel ? await kernelEscapes(request) : [])];
  return { kind: 'probed', id: request.id, escapes };
});

const CONNECT_LIMIT_MS = 500;

function fileEscapes({ canary, marker }: ProbeRequest): readonly string[] {
  const files = {
    'reads files of others': () => readFileSync(canary),
    'reads files of the system': () => readFileSync('/etc/passwd'),
    'writes files': () => {
      writeFileSync(path.join(path.dirname(canary), 'written'), '');
    },
    'starts programs': () => {
      const { error } = spawnSync(process.execPath, ['--version'], { stdio: 'ignore' });
      if (error !== undefined) throw error;
    },
    'sees other processes': () => {
      if (!readdirSync('/proc').some((entry) => commandOf(entry).includes(marker))) throw new Error('none');
    },
  };
  return succeeding(files);
}

/** What only the kernel denies: Node's permission model does not know of it. */
async function kernelEscapes({ port, socket, abstract }: ProbeRequest): Promise<readonly string[]> {
  const status = readFileSync('/proc/self/status', 'latin1');
  const states = {
    'keeps capabilities': !/^CapEff:\s0+$/m.test(status),
    'may gain privileges': !/^NoNewPrivs:\s1$/m.test(status),
    'has all system calls': !/^Seccomp:\s2$/m.test(status),
    'has all memory': /^Max data size\s+unlimited/m.test(readFileSync('/proc/self/limits', 'latin1')),
    'connects over TCP': await connects({ host: '127.0.0.1', port }),
    'connects to Unix sockets': await connects({ path: socket }),
    'connects to abstract sockets': await connects({ path: `\0${abstract}` }),
  };
  const writes = {
    'changes the kernel': () => {
      // Opened, and nothing written: that much must be refused already.
      closeSync(openSync('/proc/sys/kernel/core_pattern', 'r+'));
    },
    'writes memory as files': () => {
      writeFileSync('/dev/shm/written', '');
    },
  };
  const open = Object.entries(states).flatMap(([name, isOpen]) => (isOpen ? [name] : []));
  return [...open, ...succeeding(writes)];
}

function succeeding(attempts: Readonly<Record<string, () => unknown>>): readonly string[] {
  return Object.entries(attempts).flatMap(([name, attempt]) => {
    try {
      attempt();
      return [name];
    } catch {
      return [];
    }
  });
}

function commandOf(entry: string): string {
  try {
    return /^\d+$/.test(entry) ? readFileSync(`/proc/${entry}/cmdline`, 'latin1') : '';
  } catch {
    return '';
  }
}

function connects(options: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const end = (answer: boolean): void => {
        socket.destroy();
        resolve(answer);
      };
      const socket = connect(options);
      socket.once('connect', () => {
        end(true);
      });
      socket.once('error', () => {
        end(false);
      });
      socket.setTimeout(CONNECT_LIMIT_MS, () => {
        end(false);
      });
    } catch {
      resolve(false);
    }
  });
}
