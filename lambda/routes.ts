import { checkHealth } from './endpoints/check-health.ts';
import { checkReady } from './endpoints/check-ready.ts';
import { forgetPerson } from './endpoints/forget-person.ts';
import { getTimestamp } from './endpoints/get-timestamp.ts';
import { greetPerson } from './endpoints/greet-person.ts';
import { listTimestamps } from './endpoints/list-timestamps.ts';
import { recordTimestamp } from './endpoints/record-timestamp.ts';
import { rememberBirthday } from './endpoints/remember-birthday.ts';
import { showAsset } from './endpoints/show-asset.ts';
import { showContract } from './endpoints/show-contract.ts';
import { showDocs } from './endpoints/show-docs.ts';
import { showWelcome } from './endpoints/show-welcome.ts';
import type { Route } from './http/router.ts';

/** Every endpoint, once. Whatever needs to know the routes derives them from this table. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/', endpoint: showWelcome },
  { method: 'POST', path: '/app', endpoint: recordTimestamp },
  { method: 'GET', path: '/app', endpoint: listTimestamps },
  { method: 'GET', path: '/app/{id}', endpoint: getTimestamp },
  { method: 'PUT', path: '/hello/{username}', endpoint: rememberBirthday },
  { method: 'GET', path: '/hello/{username}', endpoint: greetPerson },
  { method: 'DELETE', path: '/hello/{username}', endpoint: forgetPerson },
  { method: 'GET', path: '/docs', endpoint: showDocs },
  { method: 'GET', path: '/assets/{name}', endpoint: showAsset },
  { method: 'GET', path: '/health', endpoint: checkHealth },
  { method: 'GET', path: '/ready', endpoint: checkReady },
  { method: 'GET', path: '/openapi.json', endpoint: showContract },
];
