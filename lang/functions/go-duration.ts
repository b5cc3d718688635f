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
  let at = 0;
  while (at < rest.length) {
    const [whole = "", digits = "", fraction = "", unit = ""] = /^(\d*)(\.\d*)?([^.\d]*)/.exec(rest.slice(at)) ?? [];
    if (digits === "" && fraction.length < 2) return { error: `invalid duration ${quoted}` };
    if (unit === "") return { error: `missing unit in duration ${quoted}` };
    const size = NANOSECONDS[unit];
    if (size === undefined) return { error: `unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    total += BigInt(digits === "" ? 0 : digits) * size + fractionOf(fraction.slice(1), size);
    at += whole.length;
  }
  if (total > LARGEST) return { error: `invalid duration ${quoted}` };
  return { nanoseconds: sign === "-" ? -total : total };
}

const fractionOf = (digits: string, size: bigint): bigint =>
  digits === "" ? 0n : (BigInt(digits) * size) / 10n ** BigInt(digits.length);
