// Go's duration syntax: `1h30m`, `-1.5h`, `300ms`.

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const LARGEST = (1n << 63n) - 1n;

/** Nanoseconds, or what Go says is wrong (without its `time: ` prefix). */
export function parseGoDuration(text: string): { readonly nanoseconds: bigint } | { readonly error: string } {
  const quoted = JSON.stringify(text);
  const [, sign = "", rest = ""] = /^([+-]?)([\s\S]*)$/.exec(text) ?? [];
  if (rest === "0") return { nanoseconds: 0n };
  if (rest === "") return { error: `invalid duration ${quoted}` };
  let total = 0n;
  for (const part of rest.matchAll(/(\d*)(\.\d*)?([^.\d]*)/g)) {
    if (part[0] === "") break;
    const parsed = parsePart(part);
    if (typeof parsed === "string") return { error: `${parsed} duration ${quoted}` };
    total += parsed;
  }
  if (total > LARGEST) return { error: `invalid duration ${quoted}` };
  return { nanoseconds: sign === "-" ? -total : total };
}

/** One number with its unit in nanoseconds, or what is wrong with it. */
function parsePart([, digits = "", fraction = "", unit = ""]: RegExpExecArray): bigint | string {
  if (digits === "" && fraction.length < 2) return "invalid";
  if (unit === "") return "missing unit in";
  const size = NANOSECONDS[unit];
  if (size === undefined) return `unknown unit ${JSON.stringify(unit)} in`;
  return BigInt(digits === "" ? 0 : digits) * size + fractionOf(fraction.slice(1), size);
}

const fractionOf = (digits: string, size: bigint): bigint =>
  digits === "" ? 0n : (BigInt(digits) * size) / 10n ** BigInt(digits.length);

/** A duration of milliseconds as Go prints it: `1m0s`, `1.5s`, `300ms`, `0s`. */
export function formatGoDuration(milliseconds: number): string {
  const nanoseconds = BigInt(Math.round(milliseconds * 1e6));
  const sign = nanoseconds < 0n ? "-" : "";
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size === 0n) return "0s";
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${fractional(size, 1000n)}µs`;
  if (size < 1_000_000_000n) return `${sign}${fractional(size, 1_000_000n)}ms`;
  const hours = size / 3_600_000_000_000n;
  const minutes = (size / 60_000_000_000n) % 60n;
  const seconds = `${fractional(size % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

function fractional(value: bigint, unit: bigint): string {
  const digits = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, "0")
    .replace(/0+$/, "");
  return digits === "" ? `${value / unit}` : `${value / unit}.${digits}`;
}
