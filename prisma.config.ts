import { defineConfig } from 'prisma/config';

/** Only for Prisma's own command line; the platform applies the migrations itself (libs/postgres). */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // `prisma generate` wants an address and never uses it.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost:1/rungate' },
});
