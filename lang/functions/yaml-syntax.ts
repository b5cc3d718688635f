import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";

/** The yaml package; a module that imports nothing else, so that a command loads it when it is first asked for something. */
export const yaml = { isAlias, isMap, isScalar, isSeq, parseAllDocuments };
