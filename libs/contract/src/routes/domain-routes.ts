import { domain, domainAssertion, domainCheck, domainPath, domainQuery, newDomain } from '../domain.js';
import { organizationPath } from '../organization.js';
import { pageOf } from '../paging.js';
import * as examples from '../sso-examples.js';
import { empty, FOUND, nothing, type Route } from './route.js';

/** `/organizations/{org}/domains` */
export const domainRoutes = {
  listDomains: {
    method: 'get',
    path: '/organizations/{org}/domains',
    summary: 'List the e-mail domains of an organization, with the record that proves each',
    permission: 'sso.read',
    params: organizationPath,
    query: domainQuery,
    body: nothing,
    responses: { 200: { description: 'One page, by name.', shape: pageOf(domain) } },
    example: { response: { items: [examples.domain], nextCursor: null } },
  },
  addDomain: {
    method: 'post',
    path: '/organizations/{org}/domains',
    summary: 'Claim an e-mail domain for an organization; a record of its DNS then proves it',
    permission: 'sso.write',
    stepUp: true,
    params: organizationPath,
    query: empty,
    body: newDomain,
    responses: {
      200: { description: 'It was claimed before, and is as it was.', shape: domain },
      201: { description: 'Nobody is led by it until it is proved.', shape: domain },
    },
    example: { body: { domain: 'acme.example' }, response: examples.unprovedDomain },
  },
  checkDomain: {
    method: 'post',
    path: '/organizations/{org}/domains/{id}/check',
    summary: 'Look for the record that proves a domain now',
    permission: 'sso.write',
    params: domainPath,
    query: empty,
    body: nothing,
    responses: { 200: { description: 'What was found, and the domain as it is now.', shape: domainCheck } },
    example: { response: examples.domainCheck },
  },
  assertDomain: {
    method: 'post',
    path: '/organizations/{org}/domains/{id}/assert',
    summary: 'Vouch for a domain of an organization where no DNS can be asked',
    permission: 'domains.assert',
    stepUp: true,
    params: domainPath,
    query: empty,
    body: domainAssertion,
    responses: { 200: { description: FOUND, shape: domain } },
    example: {
      body: { reason: 'Air-gapped; contract of 2026-11-02 names the domain.' },
      response: { ...examples.domain, state: 'asserted' },
    },
  },
  removeDomain: {
    method: 'delete',
    path: '/organizations/{org}/domains/{id}',
    summary: 'Give a domain up: it leads nobody any more, and others may prove it',
    permission: 'sso.write',
    stepUp: true,
    params: domainPath,
    query: empty,
    body: nothing,
    responses: { 204: { description: 'It is gone.', shape: nothing } },
    example: { response: undefined },
  },
} satisfies Record<string, Route>;
