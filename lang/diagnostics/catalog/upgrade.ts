// hcl2_upgrade: what could not be carried over as it was. Warnings: the file is written, and says the same at the place.

import { errorEntry, warningEntry } from "../diagnostic.js";

const BY_HAND = "To be upgraded by hand";

export const callKept = warningEntry(
  "upgrade-call-kept",
  BY_HAND,
  (name: string, instead: string) =>
    `The call of ${name} stays a Go template call, and those can't be mixed with HCL2's expressions. HCL2 has ${instead}.`,
);
export const notConverted = warningEntry(
  "upgrade-not-converted",
  BY_HAND,
  (reason: string) => `The block that this string is in stays as it is: ${reason}.`,
);
export const renamed = warningEntry(
  "upgrade-renamed",
  "Renamed",
  (what: string, from: string, to: string) => `${what} ${JSON.stringify(from)} is no name in HCL2; it is now "${to}".`,
);
export const envOutsideVariables = warningEntry(
  "upgrade-env",
  BY_HAND,
  (name: string) =>
    `env("${name}") works in the default of a variable only: declare a variable whose default it is, and use that.`,
);
export const buildIsNotSource = warningEntry("upgrade-build-name", BY_HAND, (attribute: "name" | "type") =>
  attribute === "name"
    ? "build.name is the name of HCL2's build block: write source.name for what build_name was."
    : "build.type does not exist in HCL2: write source.type for what build_type was.",
);
export const filterNames = warningEntry(
  "upgrade-filter-names",
  BY_HAND,
  (filter: string, hcl: string) =>
    `The names in "${filter}" are kept, and HCL2 knows its builds as TYPE.NAME: write ${filter} = ${hcl}.`,
);
export const overrideLost = warningEntry(
  "upgrade-override",
  BY_HAND,
  () => `"override" is not carried over. It stands in the file as a comment, in HCL2's form.`,
);
export const optionNotName = warningEntry(
  "upgrade-option",
  BY_HAND,
  (name: string) => `${JSON.stringify(name)} can't be the name of an argument in HCL2, so it is left out.`,
);
export const carriedOver = warningEntry(
  "upgrade-carried-over",
  "Mistake in the JSON template",
  (detail: string) => `${detail}. The HCL2 template has the same mistake.`,
);
export const unknownBuilders = errorEntry(
  "upgrade-unknown-builders",
  "Unknown builder type",
  (types: readonly string[]) =>
    `unknown builder type(s): [${types.join(" ")}]\n\nTheir sources are written all the same; which plugin they need is for you to add to required_plugins.`,
);
