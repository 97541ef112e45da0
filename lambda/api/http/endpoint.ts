import type { Principal, Scope } from '../../core/access/principal.ts';
import type { Deps } from '../deps.ts';
import type { Operation } from './operation.ts';
import type { HttpRequest } from './request.ts';
import type { HttpResponse } from './response.ts';

/** The parts of the path that the route names, decoded: `id` of `/app/{id}`. */
export type PathParams = Readonly<Record<string, string>>;

/** What an endpoint is given. */
export interface EndpointContext {
  readonly request: HttpRequest;
  readonly deps: Deps;
  readonly params: PathParams;
  readonly principal: Principal;
}

/** What answers a method at a path. */
export interface Endpoint {
  /** Its name in the contract, by which generators call it. */
  readonly operationId: string;
  /** The scope that it needs where a stage asks for one; `open` if it answers everybody everywhere. */
  readonly access: Scope | 'open';
  /** Whether its GET changes something, so that pages of other sites may not ask for it. @default false */
  readonly getChanges?: true;
  /** A key that stands in the path, where it says who asks. @default - none does */
  readonly keyIn?: (params: PathParams) => string | undefined;
  /** Whether it tells requests of other sites' pages from others itself; else they may change nothing. @default false */
  readonly takesOtherSites?: boolean;
  /** Its part of the contract; undefined in the bundle, which leaves it out. */
  readonly operation: Operation | undefined;
  /** Throws HttpErrors for what it refuses. */
  readonly handle: (context: EndpointContext) => HttpResponse | Promise<HttpResponse>;
}

/** An endpoint; `routes.ts` says at which address it answers. */
export function defineEndpoint(endpoint: Endpoint): Endpoint {
  return endpoint;
}
