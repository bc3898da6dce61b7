import { Resolver } from 'node:dns/promises';

/** The TXT records of DNS. */
export interface TextRecords {
  /** Of exactly this name, each whole; none when DNS says that there are none. `unreachable`: it did not say. */
  of(name: string): Promise<readonly string[] | 'unreachable'>;
}

/** Which servers are asked, and for how long. */
export interface TextRecordOptions {
  /** `address:port`; those of this machine when absent. */
  readonly servers?: readonly string[];
  /** For one server, at the first try. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 3_000;
const TRIES = 2;
/** More than anybody has: what is read of a host of somebody else has an end. */
const MOST = 100;
/** DNS answered: there is nothing. */
const NONE = new Set(['ENODATA', 'ENOTFOUND']);

/** Asks DNS itself, past the hosts file and any proxy. */
export function dnsTextRecords({ servers, timeoutMs = TIMEOUT_MS }: TextRecordOptions = {}): TextRecords {
  return {
    async of(name) {
      // A resolver for each question reads anew which servers this machine has.
      const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
      if (servers !== undefined) resolver.setServers(servers);
      try {
        const records = await resolver.resolveTxt(name);
        return records.slice(0, MOST).map((parts) => parts.join(''));
      } catch (error) {
        return NONE.has(codeOf(error)) ? [] : 'unreachable';
      }
    },
  };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
