// CSV, YAML and character encodings: what is read, written and refused. What is read and written is as Packer's console has it.
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { evaluating } from "../eval/evaluating.js";
import { prints, refuses } from "./calls.js";

describe("csvdecode", (test) => {
  prints(test, [
    [String.raw`csvdecode("a,b\n1,2\n\n3,4")[1]["b"]`, "4"],
    [String.raw`csvdecode("a,b\r\n\"x, y\",\"he said \"\"hi\"\"\"\r\n")[0]["b"]`, 'he said "hi"'],
    [String.raw`jsonencode(csvdecode("a,b\n\"two\nlines\",2\n"))`, String.raw`[{"a":"two\nlines","b":"2"}]`],
  ]);
  refuses(test, [
    [String.raw`csvdecode("a\nb\"c\n")`, 'CSV parse error on line 2, column 2: bare " in non-quoted-field'],
    [
      String.raw`csvdecode("a\n\"b\"c\n")`,
      'CSV parse error on line 2, column 3: extraneous or missing " in quoted-field',
    ],
    [
      String.raw`csvdecode("a\n\"two\nlines\",\"x\"y\n")`,
      'CSV record on line 2; parse error on line 3, column 10: extraneous or missing " in quoted-field',
    ],
    [String.raw`csvdecode("a,b\n1\n")`, "CSV parse error on line 2: wrong number of fields"],
  ]);
});

describe("yamldecode", (test) => {
  prints(test, [
    [
      String.raw`jsonencode(yamldecode("[1, 2.5, yes, NO, On, ~, text, 'q', \"x\\ty\"]"))`,
      String.raw`[1,2.5,true,false,true,null,"text","q","x\ty"]`,
    ],
    ['jsonencode(yamldecode("[yEs, 0x1F, .NAN2]"))', '["yEs","0x1F",".NAN2"]'],
    ['yamldecode("[.inf, .Inf, +.INF, -.Inf]")', "[\n  +Inf,\n  +Inf,\n  +Inf,\n  -Inf,\n]"],
    [String.raw`jsonencode(yamldecode("- &x {a: 1, b: 2}\n- <<: *x\n  b: 3\n"))`, '[{"a":1,"b":2},{"a":1,"b":3}]'],
    [String.raw`jsonencode(yamldecode("- &p {a: 1}\n- &q {b: 2}\n- <<: [*p, *q]\n")[2])`, '{"a":1,"b":2}'],
    [
      String.raw`jsonencode(yamldecode("a: 2001-12-14 21:59:43\nb: 2001-12-14\n"))`,
      '{"a":"2001-12-14T21:59:43Z","b":"2001-12-14T00:00:00Z"}',
    ],
    ['yamldecode("2001-1-4 1:9:3")', "2001-01-04T01:09:03Z"],
    [
      String.raw`jsonencode(yamldecode("a: !!str 12\nb: !!int \"12\"\nc: !!int 12\nd: !!float 1.5\ne: !!bool yes\n"))`,
      '{"a":"12","b":"12","c":12,"d":1.5,"e":true}',
    ],
    [
      String.raw`jsonencode(yamldecode("1: a\ntrue: b\n0b11: c\n1.50: d\ny: e\nz: f\n"))`,
      '{"1":"a","1.5":"d","3":"c","true":"e","z":"f"}',
    ],
    [String.raw`jsonencode(yamldecode("a: |\n  x\n  y\nb: >\n  x\n  y\n"))`, String.raw`{"a":"x\ny\n","b":"x y\n"}`],
    [String.raw`yamldecode("---\n")`, "<unknown>"],
  ]);
  refuses(test, [
    [String.raw`yamldecode("- *ghost\n")`, 'reference to undefined anchor "ghost"'],
    [String.raw`yamldecode("&a [*a]\n")`, "cannot refer to anchor from inside its own definition"],
    [String.raw`yamldecode("a: !!int x\n")`, 'cannot parse "x" as !!int'],
    [String.raw`yamldecode("a: !!timestamp x\n")`, 'cannot parse "x" as !!timestamp'],
    [String.raw`yamldecode("a: !custom x\n")`, 'unsupported tag "!custom"'],
    [String.raw`yamldecode("a: !custom [x]\n")`, 'unsupported tag "!custom"'],
    ['yamldecode("a: .NaN")', "floating point NaN is not supported"],
    ['yamldecode("~: a")', "mapping key cannot be null"],
    ['yamldecode("[a]: b")', "only strings are allowed as mapping keys"],
    ['yamldecode("<<: 1")', "map merge requires map or sequence of maps as the value"],
    [String.raw`yamldecode("a\n---\nb\n")`, "on line 2, column 1: unexpected extra content after value"],
    ['yamldecode("")', "on line 1, column 1: missing start of document"],
    [String.raw`yamldecode("%YAML 1.2\n---\na\n")`, "on line 1, column 1: found incompatible YAML document"],
  ]);
  test("what would grow without end is refused in time", () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(10)}]`);
    const { diagnostics } = evaluating(`yamldecode(${JSON.stringify(["l0: &l0 x", ...levels].join("\n"))})`);
    assert.match(diagnostics[0]?.detail ?? "", "has more than 1000000 nodes once its aliases are expanded");
  });
});

describe("yamlencode", (test) => {
  prints(test, [
    [
      'yamlencode({ a = [1, "two", true, null], b = {}, c = [], d = { e = "x" } })',
      '"a":\n- 1\n- "two"\n- true\n- null\n"b": {}\n"c": []\n"d":\n  "e": "x"\n',
    ],
    ["yamlencode([[1, 2], [3]])", "- - 1\n  - 2\n- - 3\n"],
    [String.raw`yamlencode("line one\nline two\n")`, "|\n  line one\n  line two\n"],
    [
      String.raw`yamlencode({ a = "x\ny", b = "x\n\n", c = " x\ny" })`,
      '"a": |-\n  x\n  y\n"b": |+\n  x\n\n"c": |2-\n   x\n  y\n',
    ],
    [String.raw`yamlencode({ "a\nb" = 1 })`, "? |-\n  a\n  b\n: 1\n"],
    [
      String.raw`yamlencode("tab\there \"quoted\" \\ é \u0001 \u0085 \u2028 \ufeff \U0010ffff")`,
      `${String.raw`"tab\there \"quoted\" \\ é \x01 \N \L \uFEFF \U0010FFFF"`}\n`,
    ],
    [
      `yamlencode({ text = "${"a long text ".repeat(8)}end" })`,
      `"text": "${"a long text ".repeat(6)}a\n  long text a long text end"\n`,
    ],
    ["yamlencode(1)", "1\n...\n"],
    ["yamlencode(null)", "null\n...\n"],
  ]);
});

describe("textencodebase64 and textdecodebase64", (test) => {
  prints(test, [
    ['textencodebase64("héllo", "UTF-16LE")', "aADpAGwAbABvAA=="],
    ['textdecodebase64("aADpAGwAbABvAA==", "UTF-16LE")', "héllo"],
    ['textencodebase64("a", "UTF-16")', "/v8AYQ=="],
    ['textdecodebase64("/v8AYQ==", "UTF-16")', "a"],
    ['textdecodebase64("//5hAA==", "UTF-16")', "a"],
    ['textencodebase64("é", "ISO-8859-1")', "6Q=="],
    ['textdecodebase64("6Q==", "windows-1252")', "é"],
    ['textencodebase64("a", "US-ASCII")', "YQ=="],
    ['textdecodebase64("YQ==", "us-ascii")', "a"],
  ]);
  refuses(test, [
    [
      'textencodebase64("é", "US-ASCII")',
      "the given string contains characters that cannot be represented in US-ASCII",
    ],
    [
      'textencodebase64("☃", "ISO-8859-1")',
      "the given string contains characters that cannot be represented in ISO-8859-1",
    ],
    ['textdecodebase64("6Q==", "US-ASCII")', "the given string contains bytes that are not valid in US-ASCII"],
    ['textencodebase64("a", "base64")', '"base64" is not a supported IANA encoding name or alias'],
    ['textencodebase64("a", "no-such")', '"no-such" is not a supported IANA encoding name or alias'],
  ]);
});
