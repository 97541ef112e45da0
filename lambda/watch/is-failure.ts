/** Whether a record says that something went wrong: its exit status says more than its state. */
export function isFailure({
  state,
  exit,
}: {
  readonly state?: string | undefined;
  readonly exit?: number | undefined;
}) {
  return state === 'fail' || (exit !== undefined && exit !== 0);
}
