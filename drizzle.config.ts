import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/storage/schema.ts',
  // The check generates into a copy, to see whether anything is left to generate.
  out: process.env.MIGRATIONS_COPY ?? './migrations',
  breakpoints: false,
})
