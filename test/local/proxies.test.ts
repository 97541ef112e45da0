import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrustedProxies } from '../../local/proxies.ts';

const find = (trusted: string | undefined, peer: string, forwarded?: string, proto?: string) =>
  parseTrustedProxies(trusted)(peer, [
    ...(forwarded === undefined ? [] : [['X-Forwarded-For', forwarded] as const]),
    ...(proto === undefined ? [] : [['x-forwarded-proto', proto] as const]),
  ]);

describe('the client behind proxies', () => {
  it.each([
    ['is whoever is connected, when nobody is trusted', undefined, '10.0.0.1', '192.0.2.1', '10.0.0.1'],
    ['is whoever is connected, when that one is not trusted', '10.0.0.0/8', '192.0.2.9', '192.0.2.1', '192.0.2.9'],
    ['is who a trusted proxy says it is', '10.0.0.0/8', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['is not who the client says it is', '10.0.0.0/8', '10.0.0.1', '198.51.100.7, 192.0.2.1', '192.0.2.1'],
    [
      'is before all trusted proxies',
      '10.0.0.0/8,203.0.113.5',
      '10.0.0.1',
      '192.0.2.1, 203.0.113.5,10.9.9.9',
      '192.0.2.1',
    ],
    ['is the outermost proxy when all are trusted', '10.0.0.0/8', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    [
      'is the outermost proxy when the client has no address',
      '10.0.0.0/8',
      '10.0.0.1',
      'unknown, 10.0.0.2',
      '10.0.0.2',
    ],
    ['is the proxy when that says nothing', '10.0.0.0/8', '10.0.0.1', undefined, '10.0.0.1'],
    ['may have an address of version 6', 'fd00::/8', 'fd00::1', '2001:db8::1, fd00::2', '2001:db8::1'],
  ])('%s', (_, trusted, peer, forwarded, client) => {
    expect(find(trusted, peer, forwarded).address).toBe(client);
  });

  it('asked by HTTPS if a trusted proxy says so', () => {
    expect(find('10.0.0.0/8', '10.0.0.1', '192.0.2.1', 'https').protocol).toBe('https');
    expect(find('10.0.0.0/8', '10.0.0.1', '192.0.2.1', 'gopher').protocol).toBe('http');
    expect(find('10.0.0.0/8', '192.0.2.9', '192.0.2.1', 'https').protocol).toBe('http');
  });

  it('is never what stands before an address that is not trusted', () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4()), fc.ipV4(), fc.array(fc.nat(255)), (made, client, proxies) => {
        fc.pre(!client.startsWith('10.'));
        const forwarded = [...made, client, ...proxies.map((last) => `10.0.0.${last}`)].join(', ');
        expect(find('10.0.0.0/24', '10.0.0.1', forwarded).address).toBe(client);
      }),
    );
  });

  it.each(['10.0.0.0/33', '10.0.0', 'proxy.example', '10.0.0.0/', '::/129', '10.0.0.1,,10.0.0.2', '10.0.0.0/-1'])(
    'is not looked for by %j, and that is said',
    (text) => {
      expect(() => parseTrustedProxies(text)).toThrow(/^TRUSTED_PROXIES has ".*"; it must be addresses or networks/);
    },
  );
});
