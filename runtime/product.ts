// biome-ignore lint/correctness/useImportExtensions: it is JSON
import manifest from "../package.json" with { type: "json" };

export const PRODUCT_VERSION: string = manifest.version;

/** What `packer.version`, `{{packer_version}}` and `required_version` see: the Packer whose behaviour this is. */
export const PACKER_VERSION = "1.16.0";
