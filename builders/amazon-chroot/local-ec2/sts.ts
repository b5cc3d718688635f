import { ACCOUNT } from "./model.js";
import { type Query, required, type Xml } from "./query.js";

/** STS' answers (result element included), or nothing when `action` is not of STS. */
export function answerSts(action: string, query: Query): Xml | undefined {
  if (action === "GetCallerIdentity") return { Arn: `arn:aws:iam::${ACCOUNT}:root`, UserId: ACCOUNT, Account: ACCOUNT };
  if (action !== "AssumeRole") return undefined;
  const session = required(query, "RoleSessionName");
  const role = required(query, "RoleArn").split("/").at(-1) ?? "";
  const Expiration = new Date(Date.now() + 3_600_000).toISOString();
  return {
    Credentials: { AccessKeyId: "ASIALOCALEC200000000", SecretAccessKey: "local", SessionToken: "local", Expiration },
    AssumedRoleUser: {
      AssumedRoleId: `AROALOCALEC200000000:${session}`,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
    },
  };
}
