/**
 * Secrets that one function takes in and another one opens. Whoever has the public key can seal; only `notify`, which
 * has the private one, can open. ECIES as in RFC 9180's base mode, of its parts: X25519, HKDF-SHA256, AES-256-GCM; each
 * sealing has a key of its own, so that the nonce can be zero.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const NONCE = Buffer.alloc(12);
const TAG_BYTES = 16;
/** The header of an X25519 public key in SPKI (RFC 8410), before its 32 bytes. */
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');
const VERSION = 'v1';

/** Keys as text: the public one is stored beside the channels, the private one where nobody but `notify` reads. */
export interface SealingKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export function createSealingKeys(): SealingKeys {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: rawOf(publicKey).toString('base64url'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  };
}

/** The public key of a private one. */
export function publicKeyOf(privateKey: string): string {
  return rawOf(createPublicKey(readPrivate(privateKey))).toString('base64url');
}

/**
 * A secret that only the private key opens, and only for the same purpose.
 *
 * @param purpose what it is for: `channel/ops/url`
 */
export function seal(secret: string, publicKey: string, purpose: string): string {
  const { publicKey: own, privateKey } = generateKeyPairSync('x25519');
  const key = keyOf(diffieHellman({ privateKey, publicKey: readPublic(publicKey) }), rawOf(own), publicKey);
  const cipher = createCipheriv('aes-256-gcm', key, NONCE).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, rawOf(own).toString('base64url'), sealed.toString('base64url')].join('.');
}

/** @throws Error when it was sealed for another key or another purpose, or is not what `seal` made */
export function open(text: string, privateKey: string, purpose: string): string {
  const [version, sender = '', body = ''] = text.split('.');
  if (version !== VERSION) throw new Error('The sealed secret is of another version.');
  const own = readPrivate(privateKey);
  const shared = diffieHellman({ privateKey: own, publicKey: readPublic(sender) });
  const key = keyOf(shared, Buffer.from(sender, 'base64url'), publicKeyOf(privateKey));
  const sealed = Buffer.from(body, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, NONCE, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

function keyOf(shared: Buffer, sender: Buffer, receiver: string): Buffer {
  const salt = Buffer.concat([sender, Buffer.from(receiver, 'base64url')]);
  return Buffer.from(hkdfSync('sha256', shared, salt, 'rollcall channel secret', 32));
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}

function readPublic(text: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(text, 'base64url')]), format: 'der', type: 'spki' });
}

function readPrivate(text: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' });
}
