import { NUMBER, objectOf, STRING, type Type } from "../types/type.js";
import { parseGoDuration } from "../values/go-duration.js";
import { fromInteger } from "../values/number.js";
import { numberValue, objectValue, stringValue, type Value } from "../values/value.js";
import { int64Of, textOf } from "./arguments.js";
import { defineValueFunc, defineVariadicFunc, num, str } from "./define.js";
import { formatDate } from "./format-date.js";
import { ArgError, type Func, FunctionError, ofCall } from "./func.js";
import {
  civilTime,
  formatTimestamp,
  isoWeek,
  MONTHS,
  parseTimestamp,
  type Timestamp,
  timestampOf,
  WEEKDAYS,
} from "./rfc3339.js";
import { formatGoTime, formatStrftime } from "./time-layout.js";

const FIELDS = {
  year: NUMBER,
  month: NUMBER,
  month_name: STRING,
  day: NUMBER,
  hour: NUMBER,
  minute: NUMBER,
  second: NUMBER,
  year_day: NUMBER,
  weekday: NUMBER,
  weekday_name: STRING,
  iso_year: NUMBER,
  iso_week: NUMBER,
} satisfies Record<string, Type>;

// biome-ignore format: table
export const datetime: readonly Func[] = [
  defineValueFunc("formatdate", "Prints a timestamp as a pattern says.", [str("format"), str("time")], STRING, formatted),
  defineVariadicFunc("legacy_isotime", "When this run started, in a layout of Go's.", [], str("format"), STRING, (args, host) => startTime(args, host.startedAt, formatGoTime)),
  defineVariadicFunc("legacy_strftime", "When this run started, in a format of strftime's.", [], str("format"), STRING, (args, host) => startTime(args, host.startedAt, formatStrftime)),
  defineValueFunc("rfc3339_parse", "The parts of a timestamp.", [str("timestamp")], objectOf({ ...FIELDS, unix: NUMBER }), parseParts),
  defineValueFunc("timeadd", "A timestamp some time later, or earlier.", [str("timestamp"), str("duration")], STRING, later),
  defineValueFunc("timestamp", "Now, in UTC.", [], STRING, (_, host) => stringValue(formatTimestamp(timestampOf(host.now())))),
  defineValueFunc("unix_timestamp_parse", "The parts of a number of seconds since 1970, in UTC.", [num("unix_timestamp")], objectOf({ ...FIELDS, rfc3339: STRING }), unixParts),
];

function timestampArg(args: readonly Value[], index: number): Timestamp {
  const text = textOf(args, index);
  const timestamp = parseTimestamp(text);
  if (timestamp === undefined)
    throw new ArgError(
      index,
      `not a valid RFC3339 timestamp: ${JSON.stringify(text)} (expected the form 2006-01-02T15:04:05Z)`,
    );
  return timestamp;
}

function formatted(args: readonly Value[]): Value {
  const timestamp = timestampArg(args, 1);
  try {
    return stringValue(formatDate(textOf(args, 0), timestamp));
  } catch (error) {
    if (error instanceof FunctionError) throw new ArgError(0, error.message);
    throw error;
  }
}

function later(args: readonly Value[]): Value {
  const timestamp = ofCall(() => timestampArg(args, 0));
  const parsed = parseGoDuration(textOf(args, 1));
  if ("error" in parsed) throw new FunctionError(parsed.error);
  const seconds = wholeSeconds(textOf(args, 0), parsed.nanoseconds);
  return stringValue(formatTimestamp({ ...timestamp, unix: timestamp.unix + seconds }));
}

/** Fractions of the timestamp count in the sum, and are dropped from the result. */
function wholeSeconds(timestamp: string, nanoseconds: bigint): number {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1] ?? "";
  const total = nanoseconds + BigInt(fraction.padEnd(9, "0").slice(0, 9));
  const whole = total / 1_000_000_000n;
  return Number(total < 0n && total % 1_000_000_000n !== 0n ? whole - 1n : whole);
}

function startTime(args: readonly Value[], at: Date, format: (at: Date, layout: string) => string): Value {
  if (args.length > 1) throw new FunctionError("too many values, 1 needed");
  return stringValue(args.length === 0 ? formatTimestamp(timestampOf(at)) : format(at, textOf(args, 0)));
}

function parseParts(args: readonly Value[]): Value {
  const text = textOf(args, 0);
  const timestamp = parseTimestamp(text, "T ");
  if (timestamp === undefined) throw new ArgError(0, `not a valid RFC 3339 timestamp: ${JSON.stringify(text)}`);
  return objectValue({ ...partsOf(timestamp), unix: whole(timestamp.unix) });
}

// The years that four digits can write.
const [FIRST, LAST] = [-62_167_219_200n, 253_402_300_799n];

function unixParts(args: readonly Value[]): Value {
  const unix = int64Of(args, 0, (message) => new ArgError(0, message));
  if (unix < FIRST || unix > LAST) throw new ArgError(0, "the year must have four digits");
  const timestamp = { unix: Number(unix), offset: 0, utc: true };
  return objectValue({ ...partsOf(timestamp), rfc3339: stringValue(formatTimestamp(timestamp)) });
}

const whole = (n: number): Value => numberValue(fromInteger(n));

function partsOf(timestamp: Timestamp): Readonly<Record<string, Value>> {
  const time = civilTime(timestamp);
  const iso = isoWeek(time);
  return {
    year: whole(time.year),
    month: whole(time.month),
    month_name: stringValue(MONTHS[time.month - 1] ?? ""),
    day: whole(time.day),
    hour: whole(time.hour),
    minute: whole(time.minute),
    second: whole(time.second),
    year_day: whole(time.yearDay),
    weekday: whole(time.weekday),
    weekday_name: stringValue(WEEKDAYS[time.weekday] ?? ""),
    iso_year: whole(iso.year),
    iso_week: whole(iso.week),
  };
}
