/** The webhook that HCP Terraform and TFE call, and nothing else: no sessions, no queue needed to answer. */
export { IngressModule, type IngressOptions } from './ingress.module.js';
