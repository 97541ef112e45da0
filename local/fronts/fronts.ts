import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { createAlb } from './alb.ts';
import type { FunctionCaller } from './front-function.ts';
import { createHttpApi } from './http-api.ts';

/** The fronts that the function can have. The first is the default. */
export const FRONTS = ['alb', 'http-api'] as const;
export type FrontName = (typeof FRONTS)[number];

/** The model of a front, set up as it is deployed. */
export async function createFrontOf(
  name: FrontName,
  caller: FunctionCaller,
  multiValueHeaders = true,
): Promise<Server> {
  switch (name) {
    case 'alb':
      return createAlb({ ...caller, multiValueHeaders });
    case 'http-api':
      return createHttpApi({ ...caller, paths: await routePaths() });
  }
}

/** Imported only when it is needed: with it come the endpoints, as sources, which take most of a second. */
async function routePaths(): Promise<string[]> {
  const { routes } = await import('../../lambda/api/routes.ts');
  return [...new Set(routes.map(({ path }) => path))];
}

/** A secret for the CDN, as long as a deployed one. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
