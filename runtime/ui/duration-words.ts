const UNITS = [
  ["year", 365 * 24 * 3600_000_000],
  ["week", 7 * 24 * 3600_000_000],
  ["day", 24 * 3600_000_000],
  ["hour", 3600_000_000],
  ["minute", 60_000_000],
  ["second", 1_000_000],
  ["millisecond", 1000],
  ["microsecond", 1],
] as const;

/** `1 minute 3 seconds`: the two largest units that are not zero, as Packer words a duration given in milliseconds. */
export function durationWords(ms: number): string {
  let rest = Math.max(0, Math.round(ms * 1000));
  const words: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && words.length < 2) words.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return words.length === 0 ? "0 microseconds" : words.join(" ");
}
