import type { PrepareContext } from "../../runtime/contract/component.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Place } from "../amazon/aws/session.js";
import type { Ec2 } from "../amazon/ec2/ec2.js";
import type { Paces } from "./ec2/wait.js";
import type { Wrapper } from "./host/wrapper.js";

/** What every step of one build works with. */
export interface ChrootBuild {
  readonly options: AmazonChroot;
  readonly context: PrepareContext;
  readonly run: RunContext;
  readonly ec2: Ec2;
  /** Where `ec2` is, for the journal. */
  readonly place: Place;
  readonly paces: Paces;
  /** How commands for the host are run. */
  readonly wrapper: Wrapper;
}

/** Where and when something is asked of EC2, for the undo of it. */
export const askedNow = ({ place, run }: ChrootBuild) => ({ place: placeArgs(place), at: run.clock.now().getTime() });

/** A place as the journal holds it. */
export const placeArgs = ({ region, endpoint, profile, local }: Place) => ({
  region,
  ...(endpoint === undefined ? {} : { endpoint }),
  ...(profile === undefined ? {} : { profile }),
  ...(local === undefined ? {} : { local }),
});
