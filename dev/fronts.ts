import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { routes } from '../lambda/routes.ts';
import { createAlb } from './alb.ts';
import type { FunctionCaller } from './front-function.ts';
import { createHttpApi } from './http-api.ts';

/** What can stand in front of the function. The first is the default. */
export const FRONTS = ['alb', 'http-api'] as const;
export type FrontName = (typeof FRONTS)[number];

/** The model of a front, set up as it is deployed. */
export function createFrontOf(name: FrontName, caller: FunctionCaller, multiValueHeaders = true): Server {
  switch (name) {
    case 'alb':
      return createAlb({ ...caller, multiValueHeaders });
    case 'http-api':
      return createHttpApi({ ...caller, paths: [...new Set(routes.map(({ path }) => path))] });
  }
}

/** A secret for the CDN, as long as a deployed one. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
