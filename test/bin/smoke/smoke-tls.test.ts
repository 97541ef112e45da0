import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../../bin/smoke/differences.ts';
import { checkRedirect, checkTls, choosesTlsVersions } from '../../../bin/smoke/tls.ts';
import { listen } from '../../../local/listen.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const DAYS = 365;
const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
const servers = new Set<{ close: () => unknown }>();
let cert = '';
let key = '';

beforeAll(() => {
  if (!hasOpenssl) return;
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', String(DAYS)];
  const { status, stderr } = spawnSync('openssl', [
    ...['req', '-x509', ...kind, ...names],
    ...['-keyout', keyFile, '-out', certFile],
  ]);
  if (status !== 0) throw new Error(String(stderr));
  cert = readFileSync(certFile, 'utf8');
  key = readFileSync(keyFile, 'utf8');
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

/** A server that shakes hands and says nothing. */
async function startTls(options: TlsOptions = {}, host = 'localhost'): Promise<URL> {
  const server: Server = createTlsServer({ cert, key, ...options }, (socket) => socket.on('error', () => {}));
  servers.add(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return new URL(`https://${host}:${typeof address === 'object' ? address?.port : ''}`);
}

async function startHttp(status: number, location?: string): Promise<[URL, number]> {
  const server = createServer((_, response) => response.writeHead(status, location ? { location } : {}).end());
  servers.add(server);
  return [new URL('https://127.0.0.1'), Number(new URL(await listen(server)).port)];
}

function trusting(now = Date.now(), isOldRefused = true) {
  return { now, ca: cert, isOldRefused };
}

describe.skipIf(!hasOpenssl)('The check of TLS', () => {
  it('finds nothing wrong with TLS 1.2, nor with 1.3', async () => {
    expect(await checkTls(await startTls({ minVersion: 'TLSv1.3' }), trusting())).toEqual([]);
    expect(await checkTls(await startTls({ maxVersion: 'TLSv1.2' }), trusting())).toEqual([]);
  });

  it('notices a server that speaks an old version, too', async () => {
    const url = await startTls({ minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
    expect(await checkTls(url, trusting())).toEqual(['the server still speaks TLSv1.1']);
  });

  it('lets CloudFront speak old versions under its own names, where nobody else can choose', async () => {
    const url = await startTls({ minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
    expect(await checkTls(url, trusting(Date.now(), false))).toEqual([]);
    const hosts = ['d111111abcdef8.cloudfront.net', 'rollcall.example.com', 'cloudfront.net.example.com'];
    expect(hosts.map(choosesTlsVersions)).toEqual([false, true, true]);
  });

  it('notices a certificate that nobody vouches for', async () => {
    expect(await checkTls(await startTls(), { now: Date.now(), isOldRefused: true })).toEqual([
      expect.stringMatching(/^no TLS handshake: self-signed/),
    ]);
  });

  it('notices a certificate for another name', async () => {
    const url = await startTls({}, '127.0.0.1');
    expect(await checkTls(url, trusting())).toEqual([expect.stringMatching(/^no TLS handshake: .*altnames/)]);
  });

  it('notices a certificate that is about to end', async () => {
    const then = Date.now() + (DAYS - 3) * 86_400_000;
    const line = expect.stringMatching(/^the certificate ends in [23] days; 14 are the least$/);
    expect(await checkTls(await startTls(), trusting(then))).toEqual([line]);
  });

  it('notices that nobody listens', async () => {
    const url = new URL('https://localhost:1');
    expect(await checkTls(url, { now: Date.now(), isOldRefused: true })).toEqual([
      expect.stringMatching(/^no TLS handshake: .*ECONNREFUSED/),
    ]);
  });
});

describe('The check of the way from HTTP to HTTPS', () => {
  it.each([
    ['the same host', 301, 'https://127.0.0.1/app', []],
    [
      'nowhere',
      200,
      undefined,
      ['HTTP answers with 200; it must redirect', 'HTTP leads to nowhere, not to https://127.0.0.1'],
    ],
    ['HTTP again', 301, 'http://127.0.0.1/app', ['HTTP leads to http://127.0.0.1/app, not to https://127.0.0.1']],
    ['another host', 308, 'https://evil.example/', ['HTTP leads to https://evil.example/, not to https://127.0.0.1']],
  ])('judges a server that leads to %s', async (_, status, location, differences) => {
    expect(await checkRedirect(...(await startHttp(status, location)))).toEqual(differences);
  });
});

describe('The check of an answer by HTTPS', () => {
  const headers = { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' };

  it.each([
    ['max-age=31536000', 0],
    ['max-age=31536000; includeSubDomains', 0],
    ['max-age=60', 1],
    [undefined, 1],
  ])('judges the header strict-transport-security: %s', (value, count) => {
    const reply = { status: 200, headers: { ...headers, 'strict-transport-security': value }, text: '' };
    expect(answer(reply, 200, undefined, true)).toHaveLength(count);
  });
});
