// formatdate()'s verbs.

import { FunctionError } from "./func.js";
import { type CivilTime, civilTime, MONTHS, offsetText, pad, type Timestamp, WEEKDAYS } from "./rfc3339.js";

type Verb = (time: CivilTime, timestamp: Timestamp) => string;

const hour12 = ({ hour }: CivilTime): number => (hour % 12 === 0 ? 12 : hour % 12);
const month = (time: CivilTime): string => MONTHS[time.month - 1] ?? "";
const weekday = (time: CivilTime): string => WEEKDAYS[time.weekday] ?? "";

const VERBS: Readonly<Record<string, Verb>> = {
  YYYY: (t) => pad(t.year, 4),
  YY: (t) => pad(t.year % 100),
  MMMM: month,
  MMM: (t) => month(t).slice(0, 3),
  MM: (t) => pad(t.month),
  M: (t) => String(t.month),
  DD: (t) => pad(t.day),
  D: (t) => String(t.day),
  EEEE: weekday,
  EEE: (t) => weekday(t).slice(0, 3),
  hh: (t) => pad(t.hour),
  h: (t) => String(t.hour),
  HH: (t) => pad(hour12(t)),
  H: (t) => String(hour12(t)),
  AA: (t) => (t.hour < 12 ? "AM" : "PM"),
  aa: (t) => (t.hour < 12 ? "am" : "pm"),
  mm: (t) => pad(t.minute),
  m: (t) => String(t.minute),
  ss: (t) => pad(t.second),
  s: (t) => String(t.second),
  ZZZZZ: (_, { offset }) => offsetText(offset, ":"),
  ZZZZ: (_, { offset }) => offsetText(offset, ""),
  ZZZ: (_, { offset }) => offsetText(offset, "", "UTC"),
  Z: (_, { offset }) => offsetText(offset, ":", "Z"),
};

// A run of one letter, a quoted literal (two quotes inside are one), or one other character.
const TOKEN = /([A-Za-z])\1*|'(?:[^']|'')*'|'|[\s\S]/gu;

/** Throws {@link FunctionError} for a run of letters that is no verb, or a quote without its end. */
export function formatDate(format: string, timestamp: Timestamp): string {
  const time = civilTime(timestamp);
  return format.replace(TOKEN, (token) => {
    if (token === "'") throw new FunctionError("unterminated literal '");
    if (token.startsWith("'")) return token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'");
    if (!/^[A-Za-z]/.test(token)) return token;
    const verb = Object.hasOwn(VERBS, token) ? VERBS[token] : undefined;
    if (verb === undefined) throw new FunctionError(`invalid date format verb ${JSON.stringify(token)}`);
    return verb(time, timestamp);
  });
}
