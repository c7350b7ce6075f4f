// race.mjs - two requests at once, each on a worker of its own, in an order that the schedule
// decides: one goes on by a few statements while the other stands still between two of its own, or
// waits in the database for a lock that the first one holds, which is looked up there.

import { setTimeout as sleep } from 'node:timers/promises';

const TURNS = [1, 2, 3, 4, 6, 9, 14]; // statements
const GLANCE_MS = 1; // after it the database is asked; what it says decides

class Runner {
  constructor(worker, { name, url, options }) {
    Object.assign(this, { worker, name, next: worker.begin(url, options, 0), reply: null,
      waits: false, waited: false, committed: Infinity });
  }

  goOn(statements) { this.next = this.worker.proceed(statements); }
}

export class Race {
  #commits = 0;

  constructor(lane, random, note) { Object.assign(this, { lane, random, note }); }

  // requests: two of {name, url, options}. Resolves with [{reply, committed}], in their order; the
  // one with the lower `committed` was first.
  async run(requests) {
    const runners = requests.map((request, i) => new Runner(this.lane.workers[i], request));
    for (const runner of runners) await this.#arrive(runner);
    for (;;) {
      const ready = runners.filter(({ reply, waits }) => !reply && !waits);
      if (ready.length === 0) break;
      const one = this.random.of(ready);
      await this.#go(one, runners.find((runner) => runner !== one));
    }
    return runners;
  }

  async #go(one, other) {
    const statements = other.reply ? undefined : this.random.of(TURNS);
    this.note(`${one.name} goes on by ${statements ?? 'all'}`);
    one.goOn(statements);
    // When each waits for the other, the server turns one of them away.
    if (other.waits) await this.#arrive(one);
    else await this.#arriveOrWait(one);
    if (other.waits && !await this.lane.waits(other.connection)) await this.#arriveOrWait(other);
  }

  async #arriveOrWait(one) {
    const arrived = one.next.then(() => true);
    while (!await Promise.race([arrived, sleep(GLANCE_MS, false)])) {
      const lock = await this.lane.waits(one.connection);
      if (!lock) continue;
      if (!one.waits) one.worker.pause(); // else it has one lock and waits for the next
      Object.assign(one, { waits: true, waited: true });
      this.note(`${one.name} waits for ${lock}`);
      return;
    }
    await this.#arrive(one);
  }

  async #arrive(one) {
    const { reply = null, stop, connection } = await one.next;
    Object.assign(one, { reply, connection, waits: false });
    if (stop === 'committed' || (reply && one.committed === Infinity))
      one.committed = ++this.#commits;
    this.note(`${one.name} ${reply ? 'is done' : stop}`);
  }
}
