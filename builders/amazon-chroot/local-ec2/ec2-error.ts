/** A refusal in EC2's own terms: `code` is one of the codes of the EC2 API reference, which SDKs put in `error.name`. */
export class Ec2Error extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = "Ec2Error";
  }
}
