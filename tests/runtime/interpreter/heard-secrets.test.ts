import * as assert from "uvu/assert";
import { goTemplates, packerFunctions } from "../../../lang/interpolate/index.js";
import { HeardSecrets } from "../../../runtime/interpreter/heard-secrets.js";
import { describe } from "../../support/describe.js";

const host = {
  baseDir: "/",
  cwd: "/",
  home: "/",
  startedAt: new Date(0),
  now: () => new Date(0),
  env: () => undefined,
  random: (bytes: number) => new Uint8Array(bytes),
  readFile: () => new Uint8Array(),
  kindOf: () => undefined,
  list: () => [],
};
const renderer = goTemplates({
  functions: packerFunctions({ dialect: "hcl2", host, buildName: "b", buildType: "t", packerVersion: "1.16.0" }),
});

/** What is hidden when a template is rendered in which the secret stands. */
function hiddenOf(text: string, isSecret = true): readonly string[] {
  const hidden: string[] = [];
  const secrets = new HeardSecrets((secret) => void hidden.push(secret));
  secrets.hide("pass-word");
  if (isSecret) secrets.hideRendered(text);
  const plain = renderer.render(text, { SourceAMI: "ami-1" });
  assert.is(secrets.hiding(renderer).render(text, { SourceAMI: "ami-1" }), plain);
  return hidden.slice(1);
}

describe("what Go templates make of secrets", (test) => {
  test("an action with one in it hides what it prints, and the whole text is hidden", () => {
    assert.equal(hiddenOf("of {{ .SourceAMI }}: {{ upper `pass-word` }}"), ["PASS-WORD", "of ami-1: PASS-WORD"]);
    assert.equal(hiddenOf('{{ "a pass-word" | upper }}.'), ["A PASS-WORD", "A PASS-WORD."]);
  });

  test("so does what gives one to a variable", () => {
    assert.equal(hiddenOf("{{ $x := upper `pass-word` }}<{{ $x }}>"), ["PASS-WORD", "<PASS-WORD>"]);
  });

  test("other actions, and templates without secrets, hide nothing", () => {
    assert.equal(hiddenOf("pass-word {{ .SourceAMI }}"), ["pass-word ami-1"]);
    assert.equal(hiddenOf("{{ upper `other` }}", false), []);
  });
});
