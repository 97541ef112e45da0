import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRequest } from '../../../lambda/api/http/request.ts';
import { CHECK_MEMBER } from '../../../lambda/core/access/deployment-check.ts';
import { createSecretCheck } from '../../../lambda/core/cdn-secret.ts';
import { buildEvent as buildAlbEvent } from '../../../local/fronts/alb-event.ts';
import { originHeaders, refusalStatus } from '../../../local/fronts/cloudfront.ts';
import type { FrontRequest, Hop } from '../../../local/fronts/front.ts';
import { randomSecret } from '../../../local/fronts/fronts.ts';
import { endToEnd, group, headerLines } from '../../../local/fronts/headers.ts';
import { buildEvent as buildHttpApiEvent } from '../../../local/fronts/http-api-event.ts';

const CONTEXT = { awsRequestId: 'request-1' };
const SECRET = randomSecret();
const isOriginSecret = createSecretCheck([randomSecret(), SECRET]);

/** What each front makes of a request. There is no model of a REST API: its event is made here, as its guide shows it. */
const FRONTS: Readonly<Record<string, (request: FrontRequest, hop: Hop) => object>> = {
  'a load balancer': (request, hop) => buildAlbEvent(request, hop, false),
  'a load balancer with multi-value headers': (request, hop) => buildAlbEvent(request, hop, true),
  'an HTTP API': (request, hop) => buildHttpApiEvent(request, hop, '/app', { path: '/app', parameters: {} }),
  'a REST API': ({ method, rawHeaders }, { peer }) => {
    const lines = endToEnd(headerLines(rawHeaders));
    return {
      resource: '/app',
      path: '/app',
      httpMethod: method,
      headers: Object.fromEntries(lines),
      multiValueHeaders: Object.fromEntries(group(lines)),
      requestContext: { identity: { sourceIp: peer } },
    };
  },
};

const TRUSTED = [
  'X-Origin-Secret',
  'CloudFront-Viewer-Address',
  'CloudFront-Forwarded-Proto',
  'X-Forwarded-Host',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  CHECK_MEMBER,
];
const cased = fc
  .tuple(fc.constantFrom(...TRUSTED), fc.constantFrom('as it is', 'lower', 'upper', 'underscores'))
  .map(([name, form]) => {
    if (form === 'lower') return name.toLowerCase();
    if (form === 'upper') return name.toUpperCase();
    return form === 'underscores' ? name.replaceAll('-', '_') : name;
  });
const addresses = fc.oneof(fc.ipV4(), fc.ipV6()).filter((address) => isIP(address) !== 0);
const ports = fc.integer({ min: 1, max: 65_535 });
const claims = fc.oneof(
  addresses,
  fc.tuple(addresses, ports).map(([address, port]) => `${address}:${port}`),
  fc.array(addresses, { maxLength: 4 }).map((list) => list.join(', ')),
  fc.constantFrom('', ',', 'https', 'evil.example', 'a secret, or not', `${SECRET.slice(0, -1)}`, SECRET.toUpperCase()),
  fc.stringMatching(/^[!-~]{0,20}$/),
);
const lines = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(cased, claims) },
  // What Connection names, a proxy takes away.
  { weight: 1, arbitrary: fc.tuple(fc.constant('Connection'), cased) },
);
const sent = fc.array(lines, { maxLength: 8 });

const requestOf = (headers: readonly (readonly [string, string])[]): FrontRequest => ({
  method: 'POST',
  target: '/app',
  httpVersion: '1.1',
  rawHeaders: [['Host', 'rollcall.example'], ...headers].flat(),
});
const hopOf = (peer: string, peerPort = 1024): Hop => ({
  body: Buffer.alloc(0),
  peer,
  peerPort,
  port: 80,
  now: 0,
  random: '0123456789abcdef01234567',
});

/** The request to the origin of what a viewer sent. */
function throughCdn(request: FrontRequest, viewer: Hop): FrontRequest {
  const headers = originHeaders(request, viewer, { host: 'origin.example', secret: SECRET, withCredentials: true });
  return { ...request, rawHeaders: headers.flat() };
}

describe.each(Object.entries(FRONTS))('behind %s', (_, eventOf) => {
  it('the client is who the front saw, whatever was sent', () => {
    fc.assert(
      fc.property(sent, addresses, fc.boolean(), (headers, peer, guarded) => {
        const event = eventOf(requestOf(headers), hopOf(peer));
        const request = toRequest(event, CONTEXT, guarded ? isOriginSecret : () => false);
        expect(request).toMatchObject({ fromCdn: false, isDeploymentCheck: false, host: 'rollcall.example' });
        expect(request.clientIp).toBe(peer);
      }),
      { numRuns: 1000 },
    );
  });

  it('and CloudFront the client is who CloudFront saw, whatever was sent', () => {
    fc.assert(
      fc.property(sent, addresses, ports, addresses, (headers, viewer, port, edge) => {
        const request = requestOf(headers);
        expect(refusalStatus(request)).toBeUndefined();
        const event = eventOf(throughCdn(request, hopOf(viewer, port)), hopOf(edge));
        expect(toRequest(event, CONTEXT, isOriginSecret)).toMatchObject({
          fromCdn: true,
          isDeploymentCheck: false,
          clientIp: viewer,
          protocol: 'http',
          host: 'rollcall.example',
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('two lines of the secret, or of the address, are worth nothing', () => {
    const viewer = ['CloudFront-Viewer-Address', '203.0.113.9:46532'] as const;
    const read = (...headers: (readonly [string, string])[]) => {
      const event = eventOf(requestOf(headers), hopOf('192.0.2.1'));
      return toRequest(event, CONTEXT, isOriginSecret);
    };
    expect(read(['x-origin-secret', SECRET], viewer)).toMatchObject({ fromCdn: true, clientIp: '203.0.113.9' });
    expect(read(['x-origin-secret', SECRET], ['x-origin-secret', 'guess'], viewer)).toMatchObject({
      fromCdn: false,
      clientIp: '192.0.2.1',
    });
    expect(read(['x-origin-secret', `${SECRET},${SECRET}`], viewer).fromCdn).toBe(false);
  });
});

describe('the headers of CloudFront', () => {
  const client = (headers: Record<string, string>) =>
    toRequest({ headers: { 'x-origin-secret': SECRET, ...headers } }, CONTEXT, isOriginSecret);

  it.each([
    ['198.51.100.10:46532', '198.51.100.10'],
    ['2001:db8::8a2e:370:7334:46532', '2001:db8::8a2e:370:7334'],
    ['[2001:db8::1]:46532', '2001:db8::1'],
    ['::1:80', '::1'],
    ['198.51.100.10', 'unknown'],
    ['198.51.100.10:', 'unknown'],
    ['198.51.100.10:46532,203.0.113.9:1', 'unknown'],
    ['203.0.113.9, 198.51.100.10:46532', 'unknown'],
    ['', 'unknown'],
  ])('say of the address %j that it is %s', (address, ip) => {
    expect(client({ 'cloudfront-viewer-address': address }).clientIp).toBe(ip);
  });

  it('say nothing of the address when they are not there: the last hop is the one of CloudFront itself', () => {
    expect(client({ 'x-forwarded-for': '203.0.113.9, 192.0.2.1' }).clientIp).toBe('unknown');
  });

  it('say how and for which host the viewer asked; without them, the front does', () => {
    const fromFront = { 'x-forwarded-proto': 'http', host: 'origin.example' };
    const all = { ...fromFront, 'cloudfront-forwarded-proto': 'https', 'x-forwarded-host': 'rollcall.example' };
    expect(client(all)).toMatchObject({ protocol: 'https', host: 'rollcall.example' });
    expect(client(fromFront)).toMatchObject({ protocol: 'http', host: 'origin.example' });
  });
});
