import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { newDirectory } from '../harness/checkout.js';

/** Code that a process loads before its own, to see another clock or another name service. */
export interface Shim {
  /** For its environment. */
  readonly env: NodeJS.ProcessEnv;
}

/** The wall clock of a process is wrong by so many hours, in every way in which JavaScript asks for it. */
export function clockOff(hours: number): Shim {
  return shim(`
    const Real = Date;
    const off = ${hours * 3_600_000};
    globalThis.Date = class Date extends Real {
      constructor(...args) { if (args.length === 0) super(Real.now() + off); else super(...args); }
      static now() { return Real.now() + off; }
    };
  `);
}

/** What a name is said to be; a text is an error code of the name service. */
export type Names = Readonly<Record<string, readonly string[] | string>>;

/** A name service that a test can change at any moment. */
export interface NameService extends Shim {
  say(names: Names): void;
}

/** Names are looked up in a file; those that are not there, as ever. */
export function nameService(names: Names): NameService {
  const file = path.join(newDirectory(), 'names.json');
  const say = (now: Names): void => {
    writeFileSync(file, JSON.stringify(now));
  };
  say(names);
  const { env } = shim(`
    const dns = require('node:dns/promises');
    const real = dns.lookup;
    dns.lookup = async (name, options) => {
      const said = JSON.parse(require('node:fs').readFileSync(${JSON.stringify(file)}, 'utf8'))[name];
      if (said === undefined) return real(name, options);
      if (typeof said === 'string') throw Object.assign(new Error('getaddrinfo ' + said), { code: said, syscall: 'getaddrinfo' });
      const all = said.map((address) => ({ address, family: 4 }));
      return options && options.all ? all : all[0];
    };
  `);
  return { env, say };
}

function shim(code: string): Shim {
  const file = path.join(newDirectory(), 'shim.cjs');
  writeFileSync(file, code);
  return { env: { NODE_OPTIONS: `--require ${file}` } };
}
