/** Tests whose work begins before their turn to be reported comes, `lanes` at a time: most of their time is waiting. */
export function aheadOf(lanes: number): (body: () => Promise<void>) => () => Promise<void> {
  const queue: (() => Promise<void>)[] = [];
  let working = 0;
  const work = async (): Promise<void> => {
    working += 1;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next();
    working -= 1;
  };
  return (body) => {
    const done = new Promise<void>((resolve, reject) => queue.push(() => body().then(resolve, reject)));
    done.catch(() => undefined);
    return () => {
      while (working < lanes && queue.length > 0) void work();
      return done;
    };
  };
}
