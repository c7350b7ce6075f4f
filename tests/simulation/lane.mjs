// lane.mjs - a process of its own that runs schedules: it is told {bin, config, world} once, then {seed,
// verbose, mutation} one after the other, and answers each with what came of it.

import { Lane } from './world.mjs';
import { mutations } from './mutations.mjs';
import { Schedule } from './schedule.mjs';

let lane;

async function answer({ seed, verbose, mutation }) {
  const schedule = new Schedule(lane, seed, { verbose });
  try {
    return { seed, ...await schedule.run(mutations[mutation]) };
  } catch (error) {
    return { seed, failure: error.stack };
  }
}

process.on('message', async (message) => {
  if (message.seed !== undefined) process.send(await answer(message));
  else if (message.world) {
    lane = new Lane(message.bin, message.config, message.world);
    await lane.open();
    process.send({ ready: true });
  } else {
    await lane.close();
    process.disconnect();
    process.exitCode = lane.server.code;
  }
});
