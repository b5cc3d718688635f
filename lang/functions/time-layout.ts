// Times in UTC, written after Go's reference layout or with strftime verbs.

import { MONTHS, WEEKDAYS } from "./rfc3339.js";

const two = (value: number): string => String(value).padStart(2, "0");
const three = (value: number): string => String(value).padStart(3, "0");
const twelve = (hour: number): number => hour % 12 || 12;
const month = (date: Date): string => MONTHS[date.getUTCMonth()] ?? "";
const day = (date: Date): string => WEEKDAYS[date.getUTCDay()] ?? "";
const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
const half = (date: Date): string => (date.getUTCHours() < 12 ? "AM" : "PM");

type Part = (date: Date) => string;
/** The elements of the layout; where several fit, the first one listed is meant. */
// biome-ignore format: table
const ELEMENTS: readonly (readonly [text: string, part: Part])[] = [
  ["January", month],                                           ["Jan", (d) => month(d).slice(0, 3)],
  ["Monday", day],                                              ["Mon", (d) => day(d).slice(0, 3)],
  ["MST", () => "UTC"],
  ["2006", (d) => String(d.getUTCFullYear()).padStart(4, "0")], ["_2006", (d) => `_${String(d.getUTCFullYear()).padStart(4, "0")}`],
  ["002", (d) => three(dayOfYear(d))],                          ["__2", (d) => String(dayOfYear(d)).padStart(3)],
  ["01", (d) => two(d.getUTCMonth() + 1)],                      ["02", (d) => two(d.getUTCDate())],
  ["03", (d) => two(twelve(d.getUTCHours()))],                  ["04", (d) => two(d.getUTCMinutes())],
  ["05", (d) => two(d.getUTCSeconds())],                        ["06", (d) => two(d.getUTCFullYear() % 100)],
  ["15", (d) => two(d.getUTCHours())],                          ["_2", (d) => String(d.getUTCDate()).padStart(2)],
  ["1", (d) => String(d.getUTCMonth() + 1)],                    ["2", (d) => String(d.getUTCDate())],
  ["3", (d) => String(twelve(d.getUTCHours()))],                ["4", (d) => String(d.getUTCMinutes())],
  ["5", (d) => String(d.getUTCSeconds())],
  ["PM", half],                                                 ["pm", (d) => half(d).toLowerCase()],
  ["-07:00:00", () => "+00:00:00"], ["-070000", () => "+000000"], ["-07:00", () => "+00:00"], ["-0700", () => "+0000"], ["-07", () => "+00"],
  ["Z07:00:00", () => "Z"],         ["Z070000", () => "Z"],       ["Z07:00", () => "Z"],      ["Z0700", () => "Z"],     ["Z07", () => "Z"],
];
// Elements that start with the same characters: the longer one first, so `2006` before `2`. `Jan` and `Mon` are none inside a longer word.
const BY_LENGTH = [...ELEMENTS].sort(([a], [b]) => b.length - a.length);
const FRACTION = /[.,](?:0+|9+)(?![0-9])/y;

/** `layout` as Go's time.Format has it, in UTC. */
export function formatGoTime(date: Date, layout: string): string {
  let out = "";
  for (let at = 0; at < layout.length; ) {
    const element = BY_LENGTH.find(([text]) => layout.startsWith(text, at) && !insideWord(layout, at, text));
    const fraction = element === undefined ? fractionAt(date, layout, at) : undefined;
    out += element?.[1](date) ?? fraction?.text ?? layout[at] ?? "";
    at += element?.[0].length ?? fraction?.length ?? 1;
  }
  return out;
}

/** `Month` and `Janitor` are plain words. */
const insideWord = (layout: string, at: number, text: string): boolean =>
  (text === "Jan" || text === "Mon") && /[a-z]/.test(layout[at + text.length] ?? "");

function fractionAt(date: Date, layout: string, at: number): { text: string; length: number } | undefined {
  FRACTION.lastIndex = at;
  const match = FRACTION.exec(layout)?.[0];
  if (match === undefined) return undefined;
  const digits = `${three(date.getUTCMilliseconds())}000000`.padEnd(match.length - 1, "0").slice(0, match.length - 1);
  const kept = match[1] === "9" ? digits.replace(/0+$/, "") : digits;
  return { text: kept === "" ? "" : `${match[0]}${kept}`, length: match.length };
}

// biome-ignore format: table
const VERBS: Readonly<Record<string, Part>> = {
  a: (d) => day(d).slice(0, 3),          A: day,
  b: (d) => month(d).slice(0, 3),        B: month,
  d: (d) => two(d.getUTCDate()),         m: (d) => two(d.getUTCMonth() + 1),
  H: (d) => two(d.getUTCHours()),        I: (d) => two(twelve(d.getUTCHours())),
  L: (d) => `.${three(d.getUTCMilliseconds())}`,
  M: (d) => two(d.getUTCMinutes()),      S: (d) => two(d.getUTCSeconds()),
  p: half,
  y: (d) => two(d.getUTCFullYear() % 100), Y: (d) => String(d.getUTCFullYear()).padStart(4, "0"),
  z: () => "+0000",                      Z: () => "UTC",
  "%": () => "%",
};

/** The verbs that Packer's strftime knows; any other one stays as it is. */
export function formatStrftime(date: Date, format: string): string {
  return format.replaceAll(/%(.)/gs, (whole, verb: string) =>
    Object.hasOwn(VERBS, verb) ? (VERBS[verb]?.(date) ?? whole) : whole,
  );
}
