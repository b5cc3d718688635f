// Timestamps as RFC 3339 has them, on plain numbers: JavaScript's Date knows neither offsets nor nanoseconds.

/** An instant and the offset that it was written with. Fractions of a second are dropped: no function prints them. */
export interface Timestamp {
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly unix: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** Written as `Z`, or UTC by itself. */
  readonly utc: boolean;
}

/** The fields on the wall in the timestamp's own offset. */
export interface CivilTime {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  /** 1–31 */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1–366 */
  readonly yearDay: number;
}

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})([T ])(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Undefined when `text` is not a valid timestamp. `separators`: the letters allowed between date and time. */
export function parseTimestamp(text: string, separators: "T" | "T " = "T"): Timestamp | undefined {
  const match = SHAPE.exec(text);
  if (match === null || !separators.includes(match[4] ?? "?")) return undefined;
  const [year = 0, month = 0, day = 0, , hour = 0, minute = 0, second = 0] = match.slice(1, 8).map(Number);
  const offset = parseOffset(match[8] ?? "Z");
  const inRange =
    month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second < 60;
  if (!inRange || offset === undefined) return undefined;
  const unix = daysFromEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
  return { unix, offset, utc: match[8] === "Z" };
}

function parseOffset(text: string): number | undefined {
  if (text === "Z") return 0;
  const [hours = 0, minutes = 0] = text.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

export const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export function daysIn(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
function daysFromEpoch(year: number, month: number, day: number): number {
  // Date.UTC takes years under 100 for 19xx, setUTCFullYear does not.
  return new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000;
}

export function civilTime({ unix, offset }: Timestamp): CivilTime {
  const local = new Date((unix + offset) * 1000);
  const year = local.getUTCFullYear();
  const midnight = Math.floor((unix + offset) / 86_400);
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    weekday: local.getUTCDay(),
    yearDay: midnight - daysFromEpoch(year, 1, 1) + 1,
  };
}

/** ISO 8601's year and week: weeks start on Monday, the first one has the year's first Thursday. */
export function isoWeek({ year, month, day, weekday }: CivilTime): { year: number; week: number } {
  const thursday = daysFromEpoch(year, month, day) + 4 - (weekday === 0 ? 7 : weekday);
  const isoYear = new Date(thursday * 86_400_000).getUTCFullYear();
  return { year: isoYear, week: Math.floor((thursday - daysFromEpoch(isoYear, 1, 1)) / 7) + 1 };
}

export const timestampOf = (date: Date): Timestamp => ({
  unix: Math.floor(date.getTime() / 1000),
  offset: 0,
  utc: true,
});

/** `2026-11-24T10:00:00Z`, or with `+hh:mm`. An offset of zero prints as Z, as Go has it. */
export function formatTimestamp(timestamp: Timestamp): string {
  const { year, month, day, hour, minute, second } = civilTime(timestamp);
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  return `${date}T${pad(hour)}:${pad(minute)}:${pad(second)}${offsetText(timestamp.offset, ":", "Z")}`;
}

/** `±hh:mm`, or `zero` where there is none and a zero is given. */
export function offsetText(offset: number, separator: string, zero?: string): string {
  if (offset === 0 && zero !== undefined) return zero;
  const size = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${pad(Math.floor(size / 3600))}${separator}${pad(Math.floor(size / 60) % 60)}`;
}

export const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;
export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
