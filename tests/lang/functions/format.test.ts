// What format() prints and refuses: as Packer's console has it, but for the bound on widths.
import { describe } from "../../support/describe.js";
import { prints, refuses } from "./calls.js";

describe("format: numbers", (test) => {
  prints(test, [
    ['format("%b %o %#o %#b %X %#X", 5, 8, 8, 5, 255, 255)', "101 10 010 0b101 FF 0XFF"],
    ['format("[%5d] [%-5d] [%05d] [%+d] [% d]", 42, 42, 42, 42, 42)', "[   42] [42   ] [00042] [+42] [ 42]"],
    ['format("[%.3d] [%8.3d] [%.0d]", 7, -7, 0)', "[007] [    -007] []"],
    ['format("%e %E", 123456.789, 0.00012)', "1.234568e+05 1.200000E-04"],
    ['format("%f %.2f %.0f %8.3f", 3.14159, 3.14159, 2.5, 3.14159)', "3.141590 3.14 2    3.142"],
    ['format("%g %G %.3g", 1e21, 1e-7, 123456)', "1e+21 1E-07 1.23e+05"],
    ['format("%08.3f|%-8.1f|%+.1f", -3.14159, 2.25, 2)', "-003.142|2.2     |+2.0"],
    ['format("%f %v", 1 / 3, 100000000000000000000)', "0.333333 1e+20"],
    ['format("%d", "12")', "12"],
  ]);
});

describe("format: everything else", (test) => {
  prints(test, [
    [String.raw`format("%q", "a\"b\n")`, String.raw`"a\"b\n"`],
    ['format("%.2s|%5s|%-5s|", "abcdef", "ab", "ab")', "ab|   ab|ab   |"],
    ['format("%3s", "é")', "  é"],
    ['format("%t %t", true, "false")', "true false"],
    ['format("%v %v %v", 1.5, "x", [1, "a"])', '1.5 x [1,"a"]'],
    ['format("%#v %#v", "x", 1)', '"x" 1'],
    ['format("100%%")', "100%"],
    ['format("%[2]s %[1]s", "a", "b")', "b a"],
  ]);
  refuses(test, [
    ['format("%s")', 'not enough arguments for "%s" at 0: need index 1 but have 0 total'],
    ['format("%s", "a", "b")', "too many arguments; only 1 used by format string"],
    ['format("a", "b")', "too many arguments; no verbs in format string"],
    ['format("%")', "invalid format string starting at offset 1"],
    ['format("é%!")', "unrecognized format character '!' at offset 3"],
    ['format("%z", 1)', `unsupported format verb 'z' in "%z" at offset 0`],
    ['format("%d", 1.5)', 'unsupported value for "%d" at 0: an integer is required'],
    ['format("%d", "x")', 'unsupported value for "%d" at 0: a number is required'],
    ['format("%2000000d", 1)', 'width or precision of "%2000000d" at 0 is too large: at most 1000000'],
  ]);
});
