// e to a power as Go's math.Exp rounds it on amd64: by N. Shibata's method (Efficient evaluation methods of elementary functions
// suitable for SIMD computation, 2010), with products and sums that are rounded once, as processors have had them since 2013.

import { multiplyAdd } from "../values/number.js";
import { scaled } from "./float-parts.js";

/** The logarithm of 2, in two parts: what is taken away first loses nothing. */
const [LN2_HIGH, LN2_LOW] = [0.693147180559663, 2.8235290563031577e-13];
/** The Taylor series of (e^x - 1) / x, from its end. */
const TERMS = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1];
const LAST_TERM = 1 / 40320;

/** For powers that neither overflow nor underflow: from -708 to 709. */
export function goExp(x: number): number {
  const exponent = roundedToEven(x * Math.LOG2E);
  const rest = multiplyAdd(-exponent, LN2_LOW, multiplyAdd(-exponent, LN2_HIGH, x));
  return scaled(expOfSmall(rest), exponent);
}

/** e^(x/16) - 1 by the series, then to the sixteenth power: (1 + d)^2 - 1 = d · (d + 2). */
function expOfSmall(x: number): number {
  const sixteenth = x / 16;
  let less1 = sixteenth * TERMS.reduce((sum, term) => multiplyAdd(sixteenth, sum, term), LAST_TERM);
  for (let doubling = 0; doubling < 3; doubling += 1) less1 *= less1 + 2;
  return multiplyAdd(less1 + 2, less1, 1);
}

function roundedToEven(x: number): number {
  const below = Math.floor(x);
  const above = x - below;
  return above > 0.5 || (above === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
