import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { KeyKeeper } from './sealing-key.ts';

/** Keeps the private key in a SecureString of SSM. */
export function createSsmKeeper(ssm: SSMClient, Name: string): KeyKeeper {
  return {
    async read() {
      try {
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
        return Parameter?.Value;
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      }
    },

    async create(Value) {
      const Description = 'Opens the secrets of channels of Rollcall';
      const put = new PutParameterCommand({ Name, Value, Description, Type: 'SecureString', Overwrite: false });
      try {
        await ssm.send(put);
      } catch (error) {
        if (!(error instanceof ParameterAlreadyExists)) throw error;
      }
    },
  };
}
