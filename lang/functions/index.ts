import { collections } from "./collections.js";
import { datetime } from "./datetime.js";
import { encoding } from "./encoding.js";
import { files } from "./files.js";
import type { Func } from "./func.js";
import { hashing } from "./hashing.js";
import { network } from "./network.js";
import { numbers } from "./numbers.js";
import { remote } from "./remote.js";
import { strings } from "./strings.js";

const ALL: readonly Func[] = [
  ...collections,
  ...datetime,
  ...encoding,
  ...files,
  ...hashing,
  ...network,
  ...numbers,
  ...remote,
  ...strings,
];

/** Every function of the language that gets its arguments evaluated, by name. */
export const FUNCTIONS: ReadonlyMap<string, Func> = new Map(ALL.map((func) => [func.name, func]));
