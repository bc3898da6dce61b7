import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthModule } from './health.module.js';
import type { ReadinessCheck } from './readiness.js';

const IDLE = { isDraining: () => false };

function ask(checks: readonly ReadinessCheck[], draining = false): Promise<{ status: number; body: unknown }> {
  return answerOf(HealthModule.register({ roles: ['worker'], checks, isDraining: () => draining }));
}

async function answerOf(module: DynamicModule): Promise<{ status: number; body: unknown }> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  await app.init();
  const answer = await app.inject({ url: '/readyz' });
  await app.close();
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

const database: ReadinessCheck = { name: 'database', check: () => Promise.resolve() };
const away: ReadinessCheck = { name: 'database', check: () => Promise.reject(new Error('password of db.internal')) };

describe('readiness', () => {
  it('is 200 with roles and checks when everything is there', async () => {
    expect(await ask([database])).toEqual({
      status: 200,
      body: { status: 'OK', roles: ['worker'], checks: [{ name: 'database', status: 'OK' }] },
    });
  });

  it('says how much checks are held back, where some run', async () => {
    const module = HealthModule.register({ ...IDLE, roles: ['runner'], checks: [], isolation: () => 'limited' });
    expect(await answerOf(module)).toMatchObject({ body: { roles: ['runner'], isolation: 'limited' } });
  });

  it('is 503 without a reason when something is away', async () => {
    const { status, body } = await ask([away]);
    expect(status).toBe(503);
    expect(body).toEqual({ status: 'ERROR', roles: ['worker'], checks: [{ name: 'database', status: 'ERROR' }] });
  });

  it('is 200 when something is away without which the work goes on', async () => {
    const { status, body } = await ask([database, { ...away, name: 'queue', dispensable: true }]);
    expect(status).toBe(200);
    const checks = [
      { name: 'database', status: 'OK' },
      { name: 'queue', status: 'AWAY' },
    ];
    expect(body).toEqual({ status: 'OK', roles: ['worker'], checks });
  });

  it('is 503 when a check does not answer', async () => {
    expect(await ask([{ name: 'runner', check: () => new Promise(() => undefined) }])).toMatchObject({ status: 503 });
  });

  it('is 503 while the process drains', async () => {
    expect(await ask([database], true)).toMatchObject({ status: 503, body: { status: 'DRAINING' } });
  });
});
