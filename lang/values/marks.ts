import { type Mark, type Marks, NO_MARKS, type Value } from "./value.js";

/** The value with `marks` added to its own. */
export function withMarks(value: Value, marks: Marks): Value {
  if (marks.size === 0 || [...marks].every((mark) => value.marks.has(mark))) return value;
  return { ...value, marks: unionOfMarks([value.marks, marks]) };
}

/** The value with the outer marks of all `sources` added: what was made from marked things is marked. */
export const withMarksOf = (value: Value, ...sources: readonly Value[]): Value =>
  withMarks(value, unionOfMarks(sources.map((source) => source.marks)));

export function unionOfMarks(all: readonly Marks[]): Marks {
  const some = all.filter((marks) => marks.size > 0);
  const first = some[0];
  if (first === undefined) return NO_MARKS;
  return some.length === 1 ? first : new Set(some.flatMap((marks) => [...marks]));
}

/** Takes off the outer marks. */
export const unmark = (value: Value): Value => (value.marks.size === 0 ? value : { ...value, marks: NO_MARKS });

/** Whether the value or anything in it is marked. */
export function hasMarks(value: Value): boolean {
  if (value.marks.size > 0) return true;
  return value.state === "known" && childrenOfValue(value).some(hasMarks);
}

/** Takes off all marks, and says which there were. */
export function unmarkDeep(value: Value): { value: Value; marks: Marks } {
  if (!hasMarks(value)) return { value, marks: NO_MARKS };
  const marks = new Set<Mark>();
  return { value: stripped(value, marks), marks };
}

function stripped(value: Value, into: Set<Mark>): Value {
  for (const mark of value.marks) into.add(mark);
  if (value.state !== "known") return unmark(value);
  return unmark(mapChildren(value, (child) => stripped(child, into)));
}

/** Every string inside what is sensitive of the value: what no output may show. */
export function sensitiveTexts(value: Value): readonly string[] {
  const found: string[] = [];
  const stack = [{ value, inside: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value: one } = next;
    const inside = next.inside || one.marks.has("sensitive");
    if (inside && one.state === "known" && typeof one.raw === "string") found.push(one.raw);
    for (const child of childrenOfValue(one)) stack.push({ value: child, inside });
  }
  return found.filter((text) => text !== "");
}

/** The values directly inside a known one. */
export function childrenOfValue(value: Value): readonly Value[] {
  if (value.state !== "known") return [];
  if (Array.isArray(value.raw)) return value.raw as readonly Value[];
  return value.raw instanceof Map ? [...value.raw.values()] : [];
}

/** The same value with each child replaced by one of the same type. */
export function mapChildren(value: Value, change: (child: Value) => Value): Value {
  if (value.state !== "known") return value;
  if (Array.isArray(value.raw)) return { ...value, raw: (value.raw as readonly Value[]).map(change) };
  if (!(value.raw instanceof Map)) return value;
  return { ...value, raw: new Map([...value.raw].map(([key, child]) => [key, change(child)])) };
}

/** Whether nothing in the value is unknown. */
export const isWhollyKnown = (value: Value): boolean =>
  value.state !== "unknown" && childrenOfValue(value).every(isWhollyKnown);
