import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptAddress, truncateAddress } from '../../../lambda/api/http/caller-address.ts';

describe("a client's address", () => {
  it.each([
    ['203.0.113.9', '203.0.113.0'],
    ['203.0.113.254', '203.0.113.0'],
    ['2001:db8:1234:5678::1', '2001:db8:1234::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['::1', '0:0:0::'],
    ['::1:2:3:4:5:6', '0:0:1::'],
    ['::ffff:192.0.2.1', '0:0:0::'],
    ['fe80::1%eth0', 'unknown'],
    ['unknown', 'unknown'],
  ])('%s is truncated to %s', (address, network) => {
    expect(truncateAddress(address)).toBe(network);
  });

  it('is truncated to the network that it lies in, which is the same for all of the network', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const network = truncateAddress(address);
        const family = isIPv6(address) ? 'ipv6' : 'ipv4';
        const list = new BlockList();
        list.addSubnet(network, family === 'ipv6' ? 48 : 24, family);
        expect(list.check(address, family)).toBe(true);
        expect(truncateAddress(network)).toBe(network);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is kept whole, truncated or not at all', () => {
    expect(keptAddress('203.0.113.9', 'full')).toBe('203.0.113.9');
    expect(keptAddress('203.0.113.9', 'truncated')).toBe('203.0.113.0');
    expect(keptAddress('203.0.113.9', 'none')).toBe('unknown');
  });
});
