// network.mjs - the phones' wire, in the hands of the schedule: a request stays until the schedule
// delivers it, its answer until the schedule hands it over. Nothing here decides.

export class Network {
  constructor(random, now) {
    Object.assign(this, { random, now, requests: [], replies: [], ghosts: [], pauses: [] });
  }

  // What a Phone takes as its wire. `owner` is {alive}: a phone that crashed hears nothing more.
  wire(owner) {
    return {
      ask: (url, options) => new Promise((resolve, reject) => {
        this.requests.push({ owner, url, options, resolve, reject });
      }),
      pause: () => new Promise((resolve) => { this.pauses.push({ owner, resolve }); }),
      uuidv7: () => this.random.uuidv7(this.now),
      upload: () => Promise.reject(new Error('no files here')),
    };
  }

  // Takes a random element out of one of the lists, one of those preferred if it has any.
  take(list, prefer = () => true) {
    const some = list.filter(prefer);
    const one = this.random.of(some.length > 0 ? some : list);
    list.splice(list.indexOf(one), 1);
    return one;
  }

  // Nobody waits for what a crashed phone had asked; its requests may be under way for all that.
  forget(owner) {
    for (const request of this.requests.filter((one) => one.owner === owner))
      if (this.random.chance(50)) this.ghosts.push(request);
    for (const name of ['requests', 'replies', 'pauses'])
      this[name] = this[name].filter((one) => one.owner !== owner);
  }

  broken(code) { return Object.assign(new Error(`simulated: ${code}`), { code }); }
}
