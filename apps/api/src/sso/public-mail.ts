import domains from 'email-providers/all.json';

const PUBLIC = new Set<string>(domains);

/** Whether anybody can have an address below a domain: it belongs to no organization. */
export function isPublicMailDomain(domain: string): boolean {
  return PUBLIC.has(domain);
}
