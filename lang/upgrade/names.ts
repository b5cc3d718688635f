import { isIdentifier } from "../template/blocks.js";

/** Gives what JSON templates may call anything a name that HCL2 can have, each its own. */
export interface Names {
  /** The same for the same `name`, every time. */
  of(name: string): string;
  /** A name that nothing has: `wanted`, or `wanted_2` and so on. */
  unused(wanted: string): string;
}

/** Names that are fine keep themselves, whatever the others become. */
export function newNames(fine: Iterable<string> = []): Names {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  const take = (name: string): string => {
    taken.add(name);
    return name;
  };
  const unused = (wanted: string): string => {
    if (!taken.has(wanted)) return take(wanted);
    for (let number = 2; ; number += 1) if (!taken.has(`${wanted}_${number}`)) return take(`${wanted}_${number}`);
  };
  const of = (name: string): string => {
    const known = given.get(name) ?? (isIdentifier(name) ? take(name) : unused(identifierFrom(name)));
    given.set(name, known);
    return known;
  };
  for (const name of fine) if (isIdentifier(name)) of(name);
  return { of, unused };
}

/** Blanks become underscores and those around it go, as in Packer; so does whatever else a name can't have. */
function identifierFrom(name: string): string {
  const spaced = name.trim().replaceAll(" ", "_");
  if (isIdentifier(spaced)) return spaced;
  const word = spaced.replaceAll(/[^\p{ID_Continue}-]+/gu, "_");
  return isIdentifier(word) ? word : `_${word}`;
}
