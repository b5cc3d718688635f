// A double taken apart and put together again.

/** `x = mantissa · 2^exponent` with a mantissa from a half up to one. */
export function fraction(x: number): { readonly mantissa: number; readonly exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { mantissa: x, exponent: 0 };
  // Subnormal numbers have no exponent of their own.
  const isTiny = Math.abs(x) < 2 ** -1022;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, isTiny ? x * 2 ** 52 : x);
  const high = view.getUint32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1022 - (isTiny ? 52 : 0);
  view.setUint32(0, ((high & 0x800f_ffff) | (1022 << 20)) >>> 0);
  return { mantissa: view.getFloat64(0), exponent };
}

/** `x · 2^exponent`, rounded once. */
export function scaled(x: number, exponent: number): number {
  const own = fraction(x);
  const total = own.exponent + exponent;
  if (total > 1024) return x * Number.POSITIVE_INFINITY;
  if (total < -1074) return x * 0;
  const step = Math.max(-1000, Math.min(1000, total));
  return own.mantissa * 2 ** step * 2 ** (total - step);
}
