import { EgressError, type EgressErrorCode } from './errors.js';

/** Where a request was going, and whether it may have arrived. */
export interface FailedWith {
  readonly host: string;
  readonly sent: boolean;
}

/** What went wrong below us, in our own terms. */
export function toEgressError(error: unknown, { host, sent }: FailedWith): EgressError {
  if (error instanceof EgressError) {
    return error.sent === sent ? error : new EgressError(error.code, error.message, { sent, cause: error.cause });
  }
  const detail = errorCode(error);
  const code = codeFor(detail);
  return new EgressError(code, `${MESSAGES[code](host)} (${detail})`, { sent, cause: error });
}

const MESSAGES = {
  timeout: (host: string) => `${host} did not answer in time`,
  reset: (host: string) => `${host} closed the connection before its answer was complete`,
  refused: (host: string) => `${host} refused the connection or cannot be reached`,
  dns: (host: string) => `the name ${host} could not be resolved`,
  certificate: (host: string) =>
    `no trusted TLS connection to ${host}: mend its certificate, or let an operator add its authority for this origin`,
  forbidden: (host: string) => `${host} may not be called`,
  too_large: (host: string) => `${host} answered more than is allowed`,
  bad_answer: (host: string) => `${host} gave an answer that is no valid HTTP`,
  aborted: (host: string) => `the request to ${host} was stopped`,
  bad_options: (host: string) => `the request to ${host} cannot be made`,
} satisfies Record<EgressErrorCode, (host: string) => string>;

const CODES: Readonly<Record<string, EgressErrorCode>> = {
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ENETDOWN: 'refused',
  EADDRNOTAVAIL: 'refused',
  EACCES: 'refused',
  EPERM: 'refused',
  ENOTFOUND: 'dns',
  ENODATA: 'dns',
  EPROTO: 'certificate',
  UND_ERR_HEADERS_OVERFLOW: 'too_large',
  HPE_HEADER_OVERFLOW: 'too_large',
  UND_ERR_ABORTED: 'aborted',
  UND_ERR_CLOSED: 'aborted',
  UND_ERR_DESTROYED: 'aborted',
  HTTPParserError: 'bad_answer',
  UND_ERR_INVALID_ARG: 'bad_options',
};

/** Families of codes; OpenSSL names a verification failure in capitals without prefix. */
const FAMILIES: readonly (readonly [RegExp, EgressErrorCode])[] = [
  [/^EAI_/, 'dns'],
  [
    /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_)|_CERT(_|$)|CERTIFICATE|SELF_SIGNED|^UNABLE_TO_|^(INVALID_CA|HOSTNAME_MISMATCH)$/,
    'certificate',
  ],
  [/^(HPE_|Z_|ERR_BROTLI|ERR__ERROR_)/, 'bad_answer'],
];

/** What is not known broke an open connection, or one that was being opened: both are tried again. */
function codeFor(detail: string): EgressErrorCode {
  return CODES[detail] ?? FAMILIES.find(([family]) => family.test(detail))?.[1] ?? 'reset';
}

function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
