import { expect, test } from 'vitest';
import { ipv4 } from '../../../local/fronts/front.ts';

test.each([
  ['::ffff:192.0.2.9', '192.0.2.9'],
  ['::FFFF:192.0.2.9', '192.0.2.9'],
  ['::ffff:0:1', '::ffff:0:1'],
  ['2001:db8::1', '2001:db8::1'],
  ['192.0.2.9', '192.0.2.9'],
])('a client whose socket says %s has the address %s', (socket, address) => {
  expect(ipv4(socket)).toBe(address);
});
