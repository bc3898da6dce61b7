/**
 * An identity provider for development: real OIDC on loopback, and buttons in place of passwords. **persona**: somebody whom
 * anybody on this machine may be. **client**: a connection of Rungate that personas of one plane sign in through. Never part
 * of the production image.
 */
export { PERSONAS, type Persona, type PersonaPlane } from './personas.js';
export { startDevelopmentProvider, type DevelopmentClient, type DevelopmentProvider } from './provider.js';
