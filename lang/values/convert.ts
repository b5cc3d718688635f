import { type Type, typeEquals } from "../types/type.js";
import { withoutOptional } from "../types/without-optional.js";
import { ConversionError, conversionBetween } from "./conversion.js";
import { mismatchMessage, mismatchPath } from "./mismatch.js";
import type { Value } from "./value.js";

export { ConversionError } from "./conversion.js";

/** The value as one of `type`; throws {@link ConversionError}. Missing optional attributes become null. */
export function convert(value: Value, type: Type): Value {
  if (typeEquals(value.type, withoutOptional(type))) return value;
  const conversion = conversionBetween(value.type, type, "unsafe");
  if (conversion === undefined) {
    const place = mismatchPath(value.type, type);
    throw new ConversionError([], mismatchMessage(value.type, type), place);
  }
  return conversion(value, []);
}

/** As {@link convert}, but a value that can't be converted gives the error itself. */
export function tryConvert(value: Value, type: Type): Value | ConversionError {
  try {
    return convert(value, type);
  } catch (error) {
    if (error instanceof ConversionError) return error;
    throw error;
  }
}
