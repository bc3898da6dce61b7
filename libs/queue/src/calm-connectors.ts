// Not exported by the package's root; its version is pinned.
import { SentinelConnector, StandaloneConnector } from 'ioredis/built/connectors/index.js';

type Connected = ReturnType<StandaloneConnector['connect']>;

/**
 * A way to a server whose socket may fail more than once: ioredis listens for the first failure alone, so that ending a
 * connection in the middle of a TLS handshake would end the process.
 */
export class CalmConnector extends StandaloneConnector {
  // ioredis hands over the options of the connection, untyped.
  constructor(options: unknown) {
    super(isObject(options) ? options : {});
  }

  override async connect(...args: Parameters<StandaloneConnector['connect']>): Connected {
    return calm(await super.connect(...args));
  }
}

/** The same, by way of sentinels. */
export class CalmSentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(isObject(options) ? options : {});
  }

  override async connect(...args: Parameters<SentinelConnector['connect']>): Connected {
    return calm(await super.connect(...args));
  }
}

function calm(stream: Awaited<Connected>): Awaited<Connected> {
  return stream.on('error', () => undefined);
}

function isObject(options: unknown): options is object {
  return typeof options === 'object' && options !== null;
}
