import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRequest } from '../../../lambda/api/http/request.ts';
import albEvent from '../../fixtures/alb.json' with { type: 'json' };
import healthCheckEvent from '../../fixtures/alb-health-check.json' with { type: 'json' };
import multiValueEvent from '../../fixtures/alb-multi-value.json' with { type: 'json' };

const CONTEXT = { awsRequestId: 'request-1' };
const nobody = () => false;

describe('a request made of a load balancer event', () => {
  it('has the parts of the event', () => {
    const { headers, body, ...request } = toRequest(albEvent, CONTEXT, nobody);
    expect(request).toEqual({
      method: 'POST',
      path: '/app',
      query: [
        ['source', 'a%2Eb'],
        ['note', 'x+y'],
      ],
      clientIp: '203.0.113.9',
      protocol: 'https',
      host: 'rollcall.example',
      fromCdn: false,
      isDeploymentCheck: false,
      requestId: 'request-1',
      ingress: 'alb',
    });
    expect(headers.get('host')).toBe('rollcall.example');
    expect(Buffer.from(body).toString()).toBe('note=ü');
  });

  it('has all the values of an event with multi-value headers', () => {
    const { query, headers, ingress } = toRequest(multiValueEvent, CONTEXT, nobody);
    expect(query).toEqual([
      ['limit', '5'],
      ['limit', '6'],
      ['flag', ''],
    ]);
    expect(headers.get('accept')).toBe('text/csv, text/plain;q=0.5');
    expect(ingress).toBe('alb-multi-value');
  });

  it('has no address when nothing was forwarded, as in a health check', () => {
    expect(toRequest(healthCheckEvent, CONTEXT, nobody)).toMatchObject({
      method: 'GET',
      path: '/health',
      clientIp: 'unknown',
    });
  });

  it.each([
    ['http://rollcall.example/health', '/health'],
    ['HTTPS://rollcall.example:8443/app/%C3%A9', '/app/%C3%A9'],
    ['http://rollcall.example', '/'],
    ['/http://rollcall.example/health', '/http://rollcall.example/health'],
  ])('has the path of a whole address: %s', (target, path) => {
    expect(toRequest({ path: target }, CONTEXT, nobody).path).toBe(path);
    const http = { requestContext: { stage: '$default', http: { method: 'GET' } }, version: '2.0' };
    expect(toRequest({ ...http, rawPath: decodeURIComponent(target) }, CONTEXT, nobody).path).toBe(
      path.replace('http:', 'http%3A'),
    );
  });

  it('never takes an address that the client claims', () => {
    const claims = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 5 });
    fc.assert(
      fc.property(claims, fc.oneof(fc.ipV4(), fc.ipV6()), fc.boolean(), (claimed, seen, multiValue) => {
        fc.pre(isIP(seen) !== 0);
        const value = [...claimed, seen].join(', ');
        const event = multiValue
          ? { multiValueHeaders: { 'x-forwarded-for': [value] } }
          : { headers: { 'x-forwarded-for': value } };
        expect(toRequest(event, CONTEXT, nobody).clientIp).toBe(seen);
      }),
    );
  });

  it.each([
    ['/hello/50%', '/hello/50%25'],
    ['/hello/%41', '/hello/%2541'],
    ['/hello/al ice/λ?#', '/hello/al%20ice/%CE%BB%3F%23'],
    ['/app', '/app'],
  ])('has the path %s of an HTTP API, which decodes it, as %s, which others would hand over', (decoded, path) => {
    const v2 = { version: '2.0', rawPath: decoded, requestContext: { stage: '$default' } };
    const v1 = { version: '1.0', path: decoded, requestContext: { identity: {} } };
    const rest = { path, requestContext: { identity: {} } };
    for (const event of [v2, v1, rest]) expect(toRequest(event, CONTEXT, nobody).path).toBe(path);
  });

  it('is made of anything at all without an error', () => {
    const strange = fc.oneof(
      fc.anything(),
      fc.record({
        httpMethod: fc.anything(),
        path: fc.anything(),
        body: fc.anything(),
        isBase64Encoded: fc.anything(),
        headers: fc.anything(),
        multiValueHeaders: fc.anything(),
        queryStringParameters: fc.anything(),
        multiValueQueryStringParameters: fc.anything(),
      }),
    );
    fc.assert(
      fc.property(strange, (event) => {
        const { method, path, query } = toRequest(event, CONTEXT, nobody);
        expect([typeof method, typeof path, Array.isArray(query)]).toEqual(['string', 'string', true]);
      }),
    );
  });
});
