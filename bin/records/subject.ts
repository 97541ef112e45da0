import { isIPv6 } from 'node:net';
import type { Subject } from './scan-matches.ts';

/** A subject, in all ways in which what is stored may name it. */
export function subjectOf(kind: Subject['kind'], name: string): Subject {
  return { kind, name, spellings: kind === 'address' ? [...new Set([name, ...spellingsOf(name)])] : [name] };
}

/** An IPv6 address short (RFC 5952), and with all its groups, with and without the zeros they begin with. */
function spellingsOf(address: string): readonly string[] {
  if (!isIPv6(address) || address.includes('%')) return [];
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = short.split('::');
  const [first, last] = [before, after ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  const groups = [...(first ?? []), ...zeros, ...(last ?? [])];
  return [short, groups.join(':'), groups.map((group) => group.padStart(4, '0')).join(':')];
}
