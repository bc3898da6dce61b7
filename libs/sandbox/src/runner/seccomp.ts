/** An operation of classic BPF: code, jumps when true and false, and a constant (linux/filter.h, `struct sock_filter`). */
type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, constant: number];

/**
 * The filter that children run under at the level `full`, for `bwrap --seccomp`; null where its system calls are not known.
 *
 * It denies what starts a process, makes a namespace, opens a socket, or looks into the kernel or at others. Threads still
 * start: `clone3` is said to be missing, so that libc falls back to `clone`, whose flags a filter can see.
 */
export function seccompProgram(cpu: string): Buffer | null {
  const abi = ABIS.find((candidate) => candidate.cpu === cpu);
  return abi === undefined ? null : encode(instructions(abi));
}

// linux/bpf_common.h, linux/seccomp.h, linux/audit.h, linux/sched.h, asm-generic/errno.h
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_EQUAL = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const ERRNO = 0x0005_0000;
const EPERM = 1;
const ENOSYS = 38;
const CLONE_THREAD = 0x0001_0000;
/** Offsets in `struct seccomp_data`. */
const OFFSET = { number: 0, architecture: 4, firstArgument: 16 } as const;
/** System calls of the x32 ABI have this bit. */
const X32 = 0x4000_0000;

interface Abi {
  readonly cpu: string;
  readonly architecture: number;
  /** Column of the table below. */
  readonly column: 0 | 1;
}

const ABIS: readonly Abi[] = [
  { cpu: 'x64', architecture: 0xc000_003e, column: 0 },
  { cpu: 'arm64', architecture: 0xc000_00b7, column: 1 },
];

/** Numbers on x64 (asm/unistd_64.h) and arm64 (asm-generic/unistd.h); null where there is no such call. */
const CLONE = [56, 220] as const;
const CLONE3 = 435;
const DENIED: Readonly<Record<string, readonly [x64: number | null, arm64: number | null]>> = {
  fork: [57, null],
  vfork: [58, null],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_send_signal: [424, 424],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  process_madvise: [440, 440],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  // Also for virtual machine sockets and netlink, which a network namespace does not cover.
  socket: [41, 198],
  socketpair: [53, 199],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // Memory that `prlimit --data` does not count.
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  setuid: [105, 146],
  setgid: [106, 144],
  personality: [135, 92],
  modify_ldt: [154, null],
  iopl: [172, null],
  ioperm: [173, null],
  syslog: [103, 116],
  acct: [163, 89],
  quotactl: [179, 60],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
};

function instructions({ architecture, column }: Abi): readonly Instruction[] {
  const denied = Object.values(DENIED).flatMap((numbers) => numbers[column] ?? []);
  return [
    [LOAD, 0, 0, OFFSET.architecture],
    [JUMP_EQUAL, 1, 0, architecture],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, OFFSET.number],
    [JUMP_GREATER_EQUAL, 0, 1, X32],
    [RETURN, 0, 0, KILL_PROCESS],
    [JUMP_EQUAL, 0, 1, CLONE3],
    [RETURN, 0, 0, ERRNO | ENOSYS],
    [JUMP_EQUAL, 0, 4, CLONE[column]],
    [LOAD, 0, 0, OFFSET.firstArgument],
    [JUMP_ANY_BIT, 0, 1, CLONE_THREAD],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, ERRNO | EPERM],
    ...denied.flatMap((number): Instruction[] => [
      [JUMP_EQUAL, 0, 1, number],
      [RETURN, 0, 0, ERRNO | EPERM],
    ]),
    [RETURN, 0, 0, ALLOW],
  ];
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, constant]] of program.entries()) {
    const at = index * 8;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(jumpTrue, at + 2);
    bytes.writeUInt8(jumpFalse, at + 3);
    bytes.writeUInt32LE(constant >>> 0, at + 4);
  }
  return bytes;
}
