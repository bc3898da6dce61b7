/** The webhook that HCP Terraform and TFE call, and nothing else: no sessions, no queue needed to answer. */
export { IngressModule } from './ingress.module.js';
export type { IngressOptions } from './options.js';
