import { buildEvent } from '../local/fronts/alb-event.ts';
import type { HeaderLine } from '../local/fronts/headers.ts';

const CURL: readonly HeaderLine[] = [
  ['Host', '127.0.0.1:3000'],
  ['User-Agent', 'curl/8.14.1'],
  ['Accept', '*/*'],
];
const BODY = Buffer.from(JSON.stringify({ source: 'bench', note: 'nightly run finished' }));
const HOP = {
  peer: '203.0.113.7',
  port: 80,
  now: Date.parse('2026-11-20T22:15:06Z'),
  random: '0123456789abcdef01234567',
};

/** `POST /app` with a source and a note: the event of a load balancer with multi-value headers, as JSON text. */
export function postEvent(headers: readonly HeaderLine[] = []): string {
  const rawHeaders = [
    ...CURL,
    ...headers,
    ['Content-Type', 'application/json'],
    ['Content-Length', String(BODY.length)],
  ].flat();
  const request = { method: 'POST', target: '/app', httpVersion: '1.1', rawHeaders };
  return JSON.stringify(buildEvent(request, { ...HOP, body: BODY }, true));
}

/** A GET of `target`, likewise. */
export function getEvent(target: string): string {
  const request = { method: 'GET', target, httpVersion: '1.1', rawHeaders: CURL.flat() };
  return JSON.stringify(buildEvent(request, { ...HOP, body: Buffer.alloc(0) }, true));
}
