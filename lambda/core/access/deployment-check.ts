import type { NamedPrincipal } from './principal.ts';

/**
 * The member of an event by which the function knows the check before a deployment. A load balancer or an API Gateway makes
 * events of a fixed form, in which a client chooses headers, path, query and body, and no member: who sends this has
 * the right to invoke the function.
 */
export const CHECK_MEMBER = 'deploymentCheck';

/** Whom the check comes as, where callers need a name. It records under its own name, and reads that back. */
export const CHECK_PRINCIPAL: NamedPrincipal = {
  kind: 'named',
  name: 'deployment-check',
  scopes: ['record', 'read'],
  sources: ['deployment-check'],
};
