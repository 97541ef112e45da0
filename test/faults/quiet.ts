/**
 * Drops what the function logs, which under faults is a line or more a request.
 *
 * @returns writes a line to the standard output nevertheless
 */
export function quieten(): (line: string) => void {
  console.info = () => {};
  console.error = () => {};
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  return (line) => {
    write(`${line}\n`);
  };
}
