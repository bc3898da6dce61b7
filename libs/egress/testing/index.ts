/** Certificates for servers of tests, and DNS without a network. */
export { selfSigned, type TestCertificate } from './certificate.js';
export { FakeTextRecords } from './text-records.js';
