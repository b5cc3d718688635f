// `var`, `local`, `data`, … of a template. A whole one is made when an expression asks for it as a whole, and kept while it
// stays true: else each of thousands of locals would cost a copy of all others.

import type { Names } from "../eval/context.js";
import type { FunctionHost } from "../functions/host.js";
import { STRING } from "../types/type.js";
import { objectValue, stringValue, UNKNOWN, unknownOf, type Value } from "../values/value.js";

/** What is evaluated so far, and the world that functions ask. */
export interface Known {
  readonly host: FunctionHost;
  /** As typed. */
  readonly baseDir: string;
  readonly packerVersion: string;
  readonly variables: ReadonlyMap<string, Value>;
  readonly locals: ReadonlyMap<string, Value>;
  /** TYPE → NAME → value. */
  readonly data: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** As {@link Template.unreadable}: these names are unknown values. */
  readonly unreadable: ReadonlySet<string>;
}

/** What `source` and `build` are in a place. */
export interface Place {
  /** Unknown outside a source's own builds. */
  readonly source?: { readonly type: string; readonly name: string };
  /** Unknown as a whole where nobody can say which names there are. */
  readonly build?: ReadonlyMap<string, Value> | "unknown";
}

export function templateNames(known: Known, place: Place): Names {
  const shared = sharedNames(known);
  const own = placeNames(place);
  return {
    get: (name) => (own.get(name) ?? shared.get(name))?.(),
    keys: () => [...shared.keys(), ...own.keys()],
    member(name, attribute) {
      if (name !== "var" && name !== "local") return unreadable(known, name, attribute);
      const values = name === "var" ? known.variables : known.locals;
      return values.get(attribute) ?? unreadable(known, name, attribute);
    },
  };
}

const unreadable = ({ unreadable: names }: Known, root: string, name: string): Value | undefined =>
  names.has(`${root}.${name}`) || (names.has(`${root}.*`) && root !== "source") ? UNKNOWN : undefined;

type Makers = ReadonlyMap<string, () => Value>;

const memory = new WeakMap<Known, Makers>();

/** What is the same in every place of a template. */
function sharedNames(known: Known): Makers {
  const remembered = memory.get(known);
  if (remembered !== undefined) return remembered;
  const { host, variables, locals, data, baseDir, packerVersion } = known;
  const made: Makers = new Map([
    [
      "var",
      whileSame(
        () => variables.size,
        () => objectValue(variables),
      ),
    ],
    [
      "local",
      whileSame(
        () => locals.size,
        () => objectValue(locals),
      ),
    ],
    [
      "data",
      whileSame(
        () => [...data.values()].reduce((sum, named) => sum + named.size, 0),
        () => objectValue([...data].map(([type, named]) => [type, objectValue(named)] as const)),
      ),
    ],
    ["path", once(() => objectValue({ root: stringValue(baseDir.replaceAll("\\", "/")), cwd: stringValue(host.cwd) }))],
    ["packer", once(() => packerObject(packerVersion))],
  ]);
  memory.set(known, made);
  return made;
}

const packerObject = (version: string): Value =>
  objectValue({
    version: stringValue(version),
    iterationID: unknownOf(STRING),
    versionFingerprint: unknownOf(STRING),
  });

function placeNames({ source, build }: Place): Makers {
  const text = (value: string | undefined): Value => (value === undefined ? unknownOf(STRING) : stringValue(value));
  return new Map([
    ["source", once(() => objectValue({ type: text(source?.type), name: text(source?.name) }))],
    ["build", once(() => (build === "unknown" ? UNKNOWN : objectValue(build ?? new Map())))],
  ]);
}

const once = (make: () => Value): (() => Value) => whileSame(() => 0, make);

/** Makes the value anew when the count has changed: names are added, and never changed. */
function whileSame(count: () => number, make: () => Value): () => Value {
  let kept: { readonly count: number; readonly value: Value } | undefined;
  return () => {
    const now = count();
    if (kept?.count !== now) kept = { count: now, value: make() };
    return kept.value;
  };
}
