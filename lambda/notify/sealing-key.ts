import type { ChannelStore } from '../core/telling/channel-store.ts';
import { createSealingKeys, publicKeyOf } from '../core/telling/sealed.ts';

/** Where the private key lies: a parameter on AWS, a file on one machine. */
export interface KeyKeeper {
  /** The key; undefined if there is none. */
  read(): Promise<string | undefined>;
  /** Writes one, unless there is one. */
  create(privateKey: string): Promise<void>;
}

/**
 * Makes what knows the private key that channels' secrets are sealed for. The first who asks makes it; the public one then
 * stands beside the channels. It is asked for once a process.
 */
export function createSealingKey(keeper: KeyKeeper, channels: Pick<ChannelStore, 'publicKey' | 'putPublicKey'>) {
  let key: Promise<string> | undefined;
  const load = async () => {
    let privateKey = await keeper.read();
    if (privateKey === undefined) {
      await keeper.create(createSealingKeys().privateKey);
      // Of two who make one, the first has made it.
      privateKey = await keeper.read();
    }
    if (privateKey === undefined) throw new Error('The key that opens secrets was written, and is not there.');
    const publicKey = publicKeyOf(privateKey);
    if ((await channels.publicKey()) !== publicKey) await channels.putPublicKey(publicKey);
    return privateKey;
  };
  return (): Promise<string> => {
    key ??= load().catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
}
