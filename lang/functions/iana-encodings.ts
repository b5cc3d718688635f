// The names of character encodings in IANA's registry, as far as there are tables for them: other spellings are no names.

/** How the library calls an encoding, and all its names in the registry. */
const REGISTRY: Readonly<Record<string, string>> = {
  "utf-8": "utf-8 csutf8",
  "utf-16": "utf-16 csutf16",
  "utf-16be": "utf-16be csutf16be",
  "utf-16le": "utf-16le csutf16le",
  ascii: "us-ascii iso-ir-6 ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us ibm367 cp367 csascii",
  "iso-8859-1": "iso-8859-1 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ibm819 cp819 csisolatin1",
  "iso-8859-2": "iso-8859-2 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2",
  "iso-8859-3": "iso-8859-3 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3",
  "iso-8859-4": "iso-8859-4 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4",
  "iso-8859-5": "iso-8859-5 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic",
  "iso-8859-6":
    "iso-8859-6 iso_8859-6 iso_8859-6:1987 iso-ir-127 ecma-114 asmo-708 arabic csisolatinarabic iso_8859-6-e csiso88596e iso-8859-6-e iso_8859-6-i csiso88596i iso-8859-6-i",
  "iso-8859-7": "iso-8859-7 iso_8859-7 iso_8859-7:1987 iso-ir-126 elot_928 ecma-118 greek greek8 csisolatingreek",
  "iso-8859-8":
    "iso-8859-8 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew csisolatinhebrew iso_8859-8-e csiso88598e iso-8859-8-e iso_8859-8-i csiso88598i iso-8859-8-i",
  "iso-8859-9": "iso-8859-9 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5",
  "iso-8859-10": "iso-8859-10 iso_8859-10:1992 iso-ir-157 latin6 l6 csisolatin6",
  "iso-8859-13": "iso-8859-13 csiso885913",
  "iso-8859-14": "iso-8859-14 iso_8859-14 iso_8859-14:1998 iso-ir-199 latin8 l8 iso-celtic csiso885914",
  "iso-8859-15": "iso-8859-15 iso_8859-15 latin-9 csiso885915",
  "iso-8859-16": "iso-8859-16 iso_8859-16 iso_8859-16:2001 iso-ir-226 latin10 l10 csiso885916",
  shift_jis: "shift_jis ms_kanji csshiftjis",
  "euc-jp": "euc-jp extended_unix_code_packed_format_for_japanese cseucpkdfmtjapanese",
  "euc-kr": "euc-kr cseuckr",
  gbk: "gbk cp936 ms936 windows-936 csgbk",
  gb18030: "gb18030 csgb18030",
  big5: "big5 csbig5",
  "koi8-r": "koi8-r cskoi8r",
  "koi8-u": "koi8-u cskoi8u",
  macintosh: "macintosh mac csmacintosh",
  cp437: "ibm437 cp437 437 cspc8codepage437",
  cp850: "ibm850 cp850 850 cspc850multilingual",
  cp852: "ibm852 cp852 852 cspcp852",
  cp855: "ibm855 cp855 855 csibm855",
  cp858: "ibm00858 ccsid00858 cp00858 pc-multilingual-850+euro csibm00858",
  cp860: "ibm860 cp860 860 csibm860",
  cp862: "ibm862 cp862 862 cspc862latinhebrew",
  cp863: "ibm863 cp863 863 csibm863",
  cp865: "ibm865 cp865 865 csibm865",
  cp866: "ibm866 cp866 866 csibm866",
  "windows-874": "windows-874 cswindows874",
  "windows-1250": "windows-1250 cswindows1250",
  "windows-1251": "windows-1251 cswindows1251",
  "windows-1252": "windows-1252 cswindows1252",
  "windows-1253": "windows-1253 cswindows1253",
  "windows-1254": "windows-1254 cswindows1254",
  "windows-1255": "windows-1255 cswindows1255",
  "windows-1256": "windows-1256 cswindows1256",
  "windows-1257": "windows-1257 cswindows1257",
  "windows-1258": "windows-1258 cswindows1258",
};

/** The library's name for the encoding that IANA calls so, in any letter case; undefined for a name that it does not have. */
export function codecOf(name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  return Object.keys(REGISTRY).find((codec) => REGISTRY[codec]?.split(" ").includes(wanted));
}
