/**
 * The result of a piece of work, or what `late` says if the time is over before that. The work goes on; what it then
 * comes to is lost.
 */
export async function unlessLate<T>(work: () => Promise<T>, milliseconds: number, late: () => T): Promise<T> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, milliseconds);
  try {
    return await Promise.race([work(), over.promise.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
