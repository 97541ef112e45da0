import { STATUS_CODES } from 'node:http';
import type { ALBResult } from 'aws-lambda';
import type { Counted } from '../../core/observe/log.ts';
import type { HttpRequest } from './request.ts';

/** What an endpoint answers. */
export interface HttpResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What has happened that the operator counts. */
  readonly counted?: Counted | undefined;
}

/** An answer as it travels; cookies are apart for the HTTP API, which knows them so. */
export type Result = ALBResult & { readonly cookies?: readonly string[] };

/** On every answer. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // With less, browsers would not say of our own forms that they are our own: see cross-site.ts.
  'referrer-policy': 'same-origin',
};
/** On every answer to a request that came by HTTPS, where alone it means something (RFC 6797, section 7.2). */
const HTTPS_HEADERS = { 'strict-transport-security': 'max-age=31536000' };

/** An answer that nothing between here and the client may keep, unless its headers say otherwise. */
export function respond(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const type = contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType;
  return { status, headers: { 'content-type': type, 'cache-control': 'no-store', ...headers }, body };
}

/** An answer that has no body. */
export function respondEmpty(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'cache-control': 'no-store', ...headers }, body: '' };
}

/**
 * The envelope that the ingress expects (Elastic Load Balancing user guide, "Respond to the load balancer"; API Gateway
 * developer guide, "Lambda proxy integrations"). A load balancer reads only the multi-value headers when they are on,
 * and only the others when they are off.
 */
export function toResult({ status, headers, body }: HttpResponse, { ingress, method, protocol }: HttpRequest): Result {
  const all: Record<string, string> = { ...SECURITY_HEADERS, ...(protocol === 'https' && HTTPS_HEADERS), ...headers };
  const { 'set-cookie': cookie, ...rest } = all;
  const asCookies = cookie !== undefined && ingress === 'api-gateway-v2';
  return {
    statusCode: status,
    statusDescription: `${status} ${STATUS_CODES[status]}`,
    isBase64Encoded: false,
    ...(ingress === 'alb-multi-value'
      ? { multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])) }
      : { headers: asCookies ? rest : all }),
    ...(asCookies && { cookies: [cookie] }),
    body: method === 'HEAD' ? '' : body,
  };
}
