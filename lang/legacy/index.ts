export { decodeLegacyBody } from "./decode-legacy-body.js";
export { loadLegacy } from "./load-legacy.js";
export { resolveLegacy } from "./resolve.js";
export { legacyVariables } from "./variables.js";
