import * as assert from "uvu/assert";
import {
  bool,
  choice,
  commaList,
  integer,
  list,
  optionalBool,
  pairs,
  parseFlags,
  text,
} from "../../../runtime/cli/flags.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const table = {
  color: optionalBool("colour"),
  force: bool("force"),
  "parallel-builds": integer("how many", "N", 0),
  "on-error": choice("what then", ["cleanup", "abort"], "cleanup"),
  only: commaList("which", "GLOB"),
  var: pairs("variable", "NAME=VALUE"),
  "var-file": list("file", "FILE"),
  "config-type": text("type", "TYPE", "json"),
};

describe("parseFlags (Go's flag package)", (test) => {
  test("gives every flag its initial value", () => {
    const { values, args } = parseFlags(table, ["t.json"]);
    assert.equal([values.force, values.color, values["parallel-builds"], args], [false, undefined, 0, ["t.json"]]);
  });
  test("takes -x, --x, -x=v and -x v", () => {
    const { values } = parseFlags(table, ["-force", "--color=false", "-parallel-builds", "3", "--on-error=abort"]);
    assert.equal(
      [values.force, values.color, values["parallel-builds"], values["on-error"]],
      [true, false, 3, "abort"],
    );
  });
  test("stops at the first operand", () => {
    assert.equal(parseFlags(table, ["t.json", "-var", "a=1"]).args, ["t.json", "-var", "a=1"]);
  });
  test("stops after --, and takes - as an operand", () => {
    assert.equal(parseFlags(table, ["--", "-force"]).args, ["-force"]);
    assert.equal(parseFlags(table, ["-"]).args, ["-"]);
  });
  test("splits a variable at its first =, and lets the last of a name win", () => {
    const { values } = parseFlags(table, ["-var", "a=b=c", "-var=a=", "-var", "x= y "]);
    assert.equal(
      [...values.var],
      [
        ["a", ""],
        ["x", " y "],
      ],
    );
  });
  test("collects lists, and splits globs at commas outside braces", () => {
    const { values } = parseFlags(table, ["-only=a,b", "-only", "{c,d}.*", "-var-file=1", "-var-file=2,3"]);
    assert.equal(
      [values.only, values["var-file"]],
      [
        ["a", "b", "{c,d}.*"],
        ["1", "2,3"],
      ],
    );
  });
  rows(
    test,
    [
      ["an unknown flag", ["-nope"], "flag provided but not defined: -nope"],
      ["a misspelt flag", ["-ony=x"], "flag provided but not defined: -ony\nDid you mean -only?"],
      ["a missing argument", ["-var-file"], "flag needs an argument: -var-file"],
      ["a boolean that is none", ["-color=maybe"], 'invalid boolean value "maybe" for -color: parse error'],
      ["a number that is none", ["-parallel-builds=x"], 'invalid value "x" for flag -parallel-builds: parse error'],
      ["a pair without =", ["-var", "a"], `invalid value "a" for flag -var: No '=' value in arg: a`],
      [
        "an unknown choice",
        ["-on-error=zzz"],
        'invalid value "zzz" for flag -on-error: expected one of ["cleanup" "abort"]',
      ],
      ["three dashes", ["---force"], "bad flag syntax: ---force"],
      ["no name", ["-=1"], "bad flag syntax: -=1"],
      ["a name of Object's", ["-constructor"], "flag provided but not defined: -constructor"],
    ],
    (argv: readonly string[], message: string) => {
      assert.throws(
        () => parseFlags(table, argv),
        (error: Error) => error.name === "UsageError" && error.message === message,
      );
    },
  );
});
