import { RE2JS } from "re2js";

/** The re2js package; a module that imports nothing else, so that a command loads it when it first compiles a pattern. */
export const compileRe2 = (source: string): RE2JS => RE2JS.compile(source);
