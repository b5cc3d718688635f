// Three rules that need types; everything else is Biome's (biome.json).
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/**", "coverage/**"] },
  {
    files: ["index.ts", "lang/**/*.ts", "schemas/**/*.ts", "runtime/**/*.ts", "builders/**/*.ts", "tests/**/*.ts"],
    ignores: ["**/*.gen.ts"],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { "@typescript-eslint": tseslint.plugin },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
);
