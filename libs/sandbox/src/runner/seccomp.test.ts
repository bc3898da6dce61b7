import { seccompProgram } from './seccomp.js';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const THREAD = 0x00010000;

/** What a filter answers to a system call: the five operations that ours uses, as the kernel runs them. */
function answer(program: Buffer, architecture: number, call: number, argument = 0): number {
  const words = new Map([
    [0, call],
    [4, architecture],
    [16, argument],
  ]);
  let loaded = 0;
  for (let at = 0; ; at += 8) {
    const code = program.readUInt16LE(at);
    const constant = program.readUInt32LE(at + 4);
    if (code === 0x06) return constant;
    if (code === 0x20) {
      loaded = words.get(constant) ?? 0;
      continue;
    }
    const isTrue = code === 0x15 ? loaded === constant : code === 0x35 ? loaded >= constant : (loaded & constant) !== 0;
    at += 8 * program.readUInt8(at + (isTrue ? 2 : 3));
  }
}

describe.each([
  { cpu: 'x64', arch: 0xc000003e, other: 0xc00000b7, clone: 56, read: 0, execve: 59, socket: 41, unshare: 272 },
  { cpu: 'arm64', arch: 0xc00000b7, other: 0xc000003e, clone: 220, read: 63, execve: 221, socket: 198, unshare: 97 },
])('the seccomp filter of $cpu', ({ cpu, arch, other, clone, read, execve, socket, unshare }) => {
  const program = seccompProgram(cpu) ?? Buffer.alloc(0);

  it('lets threads start and ordinary calls through', () => {
    expect(answer(program, arch, clone, THREAD | 0x11)).toBe(ALLOW);
    expect(answer(program, arch, read)).toBe(ALLOW);
    expect(answer(program, arch, execve)).toBe(ALLOW);
  });

  it('refuses new processes, also those that a filter cannot look at', () => {
    expect(answer(program, arch, clone, 0x11)).toBe(EPERM);
    expect(answer(program, arch, 435)).toBe(ENOSYS);
  });

  it.each([
    ['socket', socket],
    ['unshare', unshare],
    ['io_uring_setup', 425],
    ['pidfd_open', 434],
  ])('refuses %s', (_, call) => {
    expect(answer(program, arch, call)).toBe(EPERM);
  });

  it('ends a process that calls by another convention', () => {
    expect(answer(program, other, read)).toBe(KILL);
    expect(answer(program, arch, 0x40000000 + read)).toBe(KILL);
  });
});

it('there is no seccomp filter for processors whose system calls are not known', () => {
  expect(seccompProgram('riscv64')).toBeNull();
});
