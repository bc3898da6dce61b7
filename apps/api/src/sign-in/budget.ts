import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../errors.js';
import type { Step } from './step.js';

const PER_MINUTE = 120;

/** How often one address may ask what needs no session: whoever tries links or domains is slow. */
@Injectable()
export class SignInBudget {
  readonly #limiter = new RateLimiterMemory({ points: PER_MINUTE, duration: 60 });

  /** False when it asked too often. */
  async take({ ip }: Pick<FastifyRequest, 'ip'>): Promise<boolean> {
    try {
      await this.#limiter.consume(networkOf(ip));
      return true;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    }
  }

  /** What the browser does next, or that its address asked too often. */
  async within(request: Pick<FastifyRequest, 'ip'>, next: () => Step | Promise<Step>): Promise<Step> {
    return (await this.take(request)) ? next() : { problem: 'too-many' };
  }
}

/** What an address is told that asked too often. */
export function tooManyTries(): ApiError {
  return new ApiError('too_many', 'Too many tries from this address.', [], { retryAfter: 60 });
}

/** What one customer of a network has: an address of IPv4, or the 64 bits of IPv6 below which he has all there are. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (mapped !== undefined || !ip.includes(':')) return mapped ?? ip;
  const [head = '', tail = ''] = ip.toLowerCase().split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const left = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: Math.max(0, left) }, () => '0'), ...groups(tail)];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
