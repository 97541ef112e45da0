/** An error and its causes, as plain values for a structured log. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: 'not an Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    // Of the SDK: the status, and the id by which AWS finds the request.
    ...('$metadata' in error && { metadata: error.$metadata }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
