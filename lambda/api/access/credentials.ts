/** The credential that a request brings in its header `Authorization`: a bearer token, or the password of HTTP Basic. */
export function readCredential(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +([\w.~+/=-]+)$/i.exec(header ?? '') ?? [];
  if (scheme === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  // Whatever the user's name is: it stands in the key (RFC 7617, section 2).
  const [, password] = /:(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
  return password;
}
