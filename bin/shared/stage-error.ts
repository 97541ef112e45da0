/** Why nothing was done to a stage, in one line for whoever asked for it. */
export class StageError extends Error {
  override readonly name = 'StageError';

  constructor(message: string) {
    super(message.replaceAll(/\s+/g, ' ').trim());
  }
}
