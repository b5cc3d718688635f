import type { AmazonAccess } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import { usesVault } from "./uses-vault.js";

/** Reports a mistake at an option, or at the block. */
export type Refuse = (text: string, name?: string, detail?: string) => void;

/** Rules between the access options (builder §5, E1 and E3). What is not known yet may be right. */
export function checkKeys({ value, unknown }: Options<AmazonAccess>, refuse: Refuse): void {
  const isGiven = (name: "access_key" | "secret_key"): boolean =>
    unknown.includes(`/${name}`) || (value[name] ?? "") !== "";
  if (usesVault(value) && isGiven("access_key"))
    refuse("If you have set vault_aws_engine, you must not set the access_key or secret_key.", "vault_aws_engine");
  if (isGiven("access_key") !== isGiven("secret_key"))
    refuse("`access_key` and `secret_key` must both be either set or not set.");
}
