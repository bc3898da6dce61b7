/** Certificates for servers of tests. */
export { selfSigned, type TestCertificate } from './certificate.js';
