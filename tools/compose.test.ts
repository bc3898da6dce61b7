import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, ROLES } from '@rungate/config';

const read = (file: string): string => readFileSync(path.resolve(__dirname, '..', file), 'utf8');

const service = z.object({
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  healthcheck: z.unknown().optional(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
});
const file = z.object({
  services: z.record(z.string(), service),
  configs: z.record(z.string(), z.object({ content: z.string() })),
});

const text = read('docker-compose.yml');
const compose = file.parse(parse(text));
const dockerfile = read('deploy/Dockerfile');

/** What an operator fills into `.env`, by its example. */
const FILLED: Readonly<Record<string, string>> = {
  RUNGATE_PUBLIC_URL: 'https://rungate.example.com',
  POSTGRES_PASSWORD: 'f00d'.repeat(12),
  VALKEY_PASSWORD: 'beef'.repeat(12),
  RUNGATE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
};

/** As compose does it: `${NAME:?why}` must be set, `${NAME-}` may be. */
function interpolate(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{([A-Z_]+)(:\?[^}]*|-)\}/g, (_all, name: string, rule: string) => {
    const found = env[name];
    if (!found && rule !== '-') throw new Error(`${name} is missing`);
    return found ?? '';
  });
}

function environmentOf(name: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(compose.services[name]?.environment ?? {});
  return Object.fromEntries(entries.map(([variable, value]) => [variable, interpolate(value, env)]));
}

/** `ENV NAME=value` lines of the image. */
function environmentOfImage(): Record<string, string> {
  const lines = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? '';
  return Object.fromEntries([...lines.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}

describe('docker-compose.yml', () => {
  test('gives Rungate an environment that it knows whole and starts with', () => {
    const env = { ...environmentOfImage(), ...environmentOf('rungate', FILLED) };
    const config = readConfig(env, { roles: ROLES });
    expect(config).toMatchObject({ development: false, listen: { host: '0.0.0.0', port: 3000 } });
    expect(config.database.kind === 'external' && new URL(config.database.url.reveal()).hostname).toBe('postgres');
    expect(config.redis?.nodes).toEqual([{ host: 'valkey', port: 6379 }]);
    expect(config.redis?.login.password?.reveal()).toBe(FILLED.VALKEY_PASSWORD);
  });

  test('keeps the copies of plans on the volume of the spool, not in memory', () => {
    const { TMPDIR, RUNGATE_DATA_DIR } = { ...environmentOfImage(), ...environmentOf('rungate', FILLED) };
    expect(RUNGATE_DATA_DIR).toBeDefined();
    expect(TMPDIR).toBe(RUNGATE_DATA_DIR);
  });

  test.each(Object.keys(FILLED))('does not start without %s', (name) => {
    expect(() => interpolate(text, { ...FILLED, [name]: '' })).toThrow(`${name} is missing`);
  });

  test('asks for nothing that .env.example does not explain, and that explains nothing else', () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
    const explained = [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(explained.map(([, name]) => name).sort()).toEqual([...asked].sort());
    expect(explained.map(([, , value]) => value).filter(Boolean)).toEqual([]);
  });

  test('tells Valkey the password of REDIS_URL and the policy that the queue needs', () => {
    const lines = interpolate(compose.configs.valkey?.content ?? '', FILLED).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([`requirepass ${FILLED.VALKEY_PASSWORD}`, 'maxmemory-policy noeviction']),
    );
  });

  test.each(Object.entries(compose.services))('confines %s', (_name, { read_only, cap_drop, security_opt, ports }) => {
    expect({ read_only, cap_drop, security_opt }).toEqual({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('knows of each service whether it is healthy', () => {
    const { rungate, ...others } = compose.services;
    expect(rungate).toBeDefined();
    expect(Object.entries(others).filter(([, { healthcheck }]) => healthcheck === undefined)).toEqual([]);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  });
});

describe('deploy/Dockerfile', () => {
  test('runs the command itself, as nobody in particular, and stops it as it wants to be stopped', () => {
    expect(dockerfile).toMatch(/^USER 10001:0$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "\/opt\/rungate\/apps\/rungate\/rungate\.js"\]$/m);
  });
});
