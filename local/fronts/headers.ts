/** One header line: the name as sent, then the value. */
export type HeaderLine = readonly [name: string, value: string];

const HOP_BY_HOP = 'connection keep-alive proxy-connection transfer-encoding te trailer upgrade'.split(' ');

/** The lines of headers as `node:http` gives them: names and values alternating. */
export function headerLines(raw: readonly string[]): HeaderLine[] {
  return raw.flatMap((name, i): HeaderLine[] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []));
}

/** How long they are when they are sent, each with the end of its line; a character is a byte. */
export function bytesOf(lines: readonly HeaderLine[]): number {
  return lines.reduce((total, [name, value]) => total + `${name}: ${value}\r\n`.length, 0);
}

/** The values of a header, by its name in lower case. */
export function valuesOf(lines: readonly HeaderLine[], wanted: string): string[] {
  return lines.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** The members of a comma-separated header, over all its lines, in lower case. */
export function tokens(lines: readonly HeaderLine[], name: string): string[] {
  const members = valuesOf(lines, name).flatMap((value) => value.split(','));
  return members.map((member) => member.trim().toLowerCase()).filter((member) => member !== '');
}

/** The headers that a proxy may pass on: without the hop-by-hop ones and those that Connection names (RFC 9110, 7.6.1). */
export function endToEnd(lines: readonly HeaderLine[]): HeaderLine[] {
  // A Connection that names Host would leave the function without it; the load balancer keeps it.
  const named = tokens(lines, 'connection').filter((name) => name !== 'host');
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return lines.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** RFC 9112 section 3.2: exactly one Host, which only HTTP/1.0 may leave out. */
export function hasOneHost(lines: readonly HeaderLine[], httpVersion: string): boolean {
  const hosts = valuesOf(lines, 'host').length;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

/** The headers with another value of Host; a request has one. */
export function withHost(rawHeaders: readonly string[], host: string): string[] {
  const others = headerLines(rawHeaders).filter(([name]) => name.toLowerCase() !== 'host');
  return [['Host', host], ...others].flat();
}

/** All values by name, in order. */
export function group(pairs: readonly HeaderLine[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = groups.get(name);
    if (values) values.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

/** The parts before and after the first separator. */
export function cut(text: string, separator: string): [head: string, tail: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
