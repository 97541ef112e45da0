/** What a map has for a key, or else what is found and kept there. When the map is full, the oldest entry makes room. */
export function remembered<T>(map: Map<string, T>, most: number, key: string, find: () => T): T {
  const kept = map.get(key);
  if (kept !== undefined) return kept;
  const found = find();
  const [oldest = key] = map.keys();
  if (map.size >= most) map.delete(oldest);
  map.set(key, found);
  return found;
}
