export { decodeLegacyBody } from "./decode-legacy-body.js";
export { loadLegacy, readLegacyRoot } from "./load-legacy.js";
export { resolveLegacy } from "./resolve.js";
export { givenTexts, type LegacyGiven, legacyVariables } from "./variables.js";
export { fillingFields, type LegacyValues } from "./waiting-parts.js";
