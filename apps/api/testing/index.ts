/** Stand-ins of what the API meets, for tests of whole systems. */
export { acsUrlOf, TestSamlProvider } from '../src/testing/saml-provider.js';
