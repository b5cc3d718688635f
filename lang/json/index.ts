export { parseJsonFile } from "./parse-file.js";
