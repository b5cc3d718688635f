// The import rules of ARCHITECTURE.md as code. Arrows go one way.
const error = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });

/** A package that may be imported through one place only: swapping it then touches one file. */
const door = (name, path, only) =>
  error(`one-door-to-${name}`, { pathNot: `^(tests/|${only})` }, { path }, `${name} is imported through ${only} only`);

module.exports = {
  forbidden: [
    // Types may know each other; what runs may not.
    error("no-circular", {}, { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } }),
    error("lang-is-a-leaf", { path: "^lang/" }, { path: "^(schemas|builders|runtime)/" }),
    error(
      "lang-has-no-io",
      { path: "^lang/" },
      { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|buffer|zlib)$" },
    ),
    error("schemas-see-lang-only", { path: "^schemas/" }, { path: "^(builders|runtime)/(?!contract/)" }),
    error(
      "builders-see-the-contract",
      { path: "^builders/" },
      { path: "^runtime/", pathNot: "^runtime/(contract|system|services|communicators)/" },
    ),
    error(
      "builders-are-strangers",
      { path: "^builders/([^/]+)/" },
      { path: "^builders/([^/]+)/", pathNot: "^builders/($1|amazon)/" },
      "but for builders/amazon, which is what everything on AWS shares",
    ),
    error("amazon-knows-no-builder", { path: "^builders/amazon/" }, { path: "^builders/(?!amazon/)" }),
    error("contract-is-low", { path: "^runtime/contract/" }, { path: "^(builders/|runtime/(?!contract/))" }),
    error(
      "only-builtins-knows-builders",
      { path: "^runtime/", pathNot: "^runtime/builtins\\.ts$" },
      { path: "^builders/" },
    ),
    error("no-test-code", { pathNot: "^tests/" }, { path: "^tests/" }),
    error("lang-low-to-high:source", { path: "^lang/source/" }, { path: "^lang/(?!source/|invariant)" }),
    error(
      "lang-low-to-high:diagnostics",
      { path: "^lang/diagnostics/" },
      { path: "^lang/(?!source/|diagnostics/|invariant)" },
    ),
    error(
      "lang-low-to-high:syntax",
      { path: "^lang/syntax/" },
      { path: "^lang/(values|types|functions|eval|fmt|interpolate|json|legacy)/" },
    ),
    error("lang-low-to-high:types", { path: "^lang/types/" }, { path: "^lang/(?!types/|invariant)" }),
    error(
      "lang-low-to-high:values",
      { path: "^lang/values/" },
      { path: "^lang/(?!values/|types/|invariant|source/|diagnostics/)" },
    ),
    error(
      "lang-low-to-high:functions",
      { path: "^lang/functions/" },
      { path: "^lang/(syntax|fmt|eval|template|interpolate|json|legacy)/" },
    ),
    error("lang-low-to-high:eval", { path: "^lang/eval/" }, { path: "^lang/(fmt|template|interpolate|legacy)/" }),
    error("lang-low-to-high:upgrade", { path: "^lang/", pathNot: "^lang/upgrade/" }, { path: "^lang/upgrade/" }),
    door("chevrotain", "node_modules/chevrotain/", "lang/syntax/(tokens|lexer|parser|parse-errors)\\.ts"),
    door("hcl2json", "node_modules/@cdktf/", "tests/support/hcl2json\\.ts"),
    door("ajv", "node_modules/ajv/", "schemas/generate\\.ts"),
    door("re2js", "node_modules/re2js/", "lang/functions/re2\\.ts"),
    door("yaml", "node_modules/(yaml|iconv-lite)/", "lang/functions/"),
    door("bcryptjs", "node_modules/bcryptjs/", "lang/functions/bcrypt\\.ts"),
    door("execa", "node_modules/execa/", "runtime/system/exec\\.ts"),
    door("proper-lockfile", "node_modules/proper-lockfile/", "runtime/system/file-lock\\.ts"),
    door("vscode-languageserver", "node_modules/vscode-languageserver", "runtime/language-server/server\\.ts"),
    door("archives", "node_modules/(tar-stream|yazl)/", "runtime/post-processors/archive\\.ts"),
    door("ssh", "node_modules/(@types/)?(ssh2|socks)/", "runtime/communicators/ssh/"),
    door("aws", "node_modules/@aws-sdk/", "builders/amazon/aws/"),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
  },
};
