export { decodeLegacyBody } from "./decode-legacy-body.js";
export { parseGoDuration } from "./go-json.js";
export { type LegacyOptions, loadLegacy } from "./load-legacy.js";
export { resolveLegacy } from "./resolve.js";
export { type LegacyGiven, legacyVariables } from "./variables.js";
