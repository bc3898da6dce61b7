// Config: the environment, read once, as one typed object. Everything wrong with it is said at once, and the process
// does not start. Vocabulary: a *variable* is one name of the environment; a *problem* says what is wrong with one and
// what to write instead; *development* is the mode that must never meet a network (docs/reference/environment.md).
export { readAdminConfig, type AdminConfig } from './admin-config.js';
export { type Address } from './formats.js';
export { type EnvironmentSso } from './environment-sso.js';
export { ConfigError, type Problem } from './errors.js';
export { ROLES, type ConfigOptions, type DevelopmentDefault, type Role } from './options.js';
export { type Environment } from './raw-values.js';
export { readConfig, type Config, type Database } from './read-config.js';
export { type ProxyAddress } from './proxy-url.js';
export { type RedisAddress, type RedisLogin, type RedisTopology } from './redis-url.js';
export { readRunnerConfig, type RunnerConfig } from './runner-config.js';
export { environmentReference } from './reference.js';
export { SecretText } from './secret-text.js';
export { takeEnvironment } from './take-environment.js';
