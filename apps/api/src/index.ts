/**
 * The management API: a Nest module for the composition root, which listens. Controllers read requests by the shapes of
 * `@rungate/contract`, call a store and present what it answers; no rule of the domain lives here.
 */
export { ApiModule } from './api.module.js';
export { fastifyOptions } from './edge/fastify.js';
export type { AboutProcess, ApiOptions, CatalogueEntry, CheckProblem, SignInChoice } from './options.js';
