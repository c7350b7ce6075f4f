// database.mjs - the MariaDB of one lane, on a copy of the data in which the world was made. Lanes
// meet no locks of each other's, and each can stay on one processor, where a question and its
// answer cost little. Nobody reads it again once its lane has ended, so it waits for no disk: the
// faults of a schedule are those of workers and connections, and what a server loses with its power
// is not among them.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const OPTIONS = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=OFF',
  '--innodb-flush-method=nosync', '--innodb-fast-shutdown=2', '--innodb-stats-auto-recalc=OFF',
  '--innodb-buffer-pool-load-at-startup=OFF', '--innodb-buffer-pool-dump-at-shutdown=OFF'];

export class Database {
  #child;

  // folder: of the Liancha that made the world, and now stands still; name: of a folder in it.
  constructor(folder, name) {
    Object.assign(this, { origin: folder, folder: join(folder, name),
      config: join(folder, name, 'liancha.ini') });
  }

  // Resolves when it takes connections.
  async start() {
    const data = join(this.folder, 'mariadb');
    mkdirSync(this.folder, { mode: 0o711 });
    execFileSync('cp', ['-a', '--sparse=always', join(this.origin, 'mariadb'), data]);
    this.#configure(join(data, 'sock'));
    const { uid, gid } = statSync(data);
    const account = uid === process.getuid() ? []
      : ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
    this.#child = spawn('setpriv',
      ['--no-new-privs', ...account, '--pdeathsig', 'TERM', '--', 'mariadbd',
      `--defaults-file=${join(this.origin, 'mariadb.cnf')}`, `--datadir=${data}`,
      `--socket=${join(data, 'sock')}`, `--pid-file=${join(data, 'pid')}`, ...OPTIONS],
    { stdio: ['ignore', 'ignore', 'pipe'] });
    const log = [];
    await new Promise((resolve, reject) => {
      this.#child.once('close',
        (code) => reject(new Error(`mariadbd: ${code}\n${log.join('\n')}`)));
      createInterface({ input: this.#child.stderr }).on('line', (line) => {
        log.push(line);
        if (line.includes('ready for connections')) resolve();
      });
    });
  }

  // The settings of the Liancha, with this database and the account that may do all.
  #configure(socket) {
    let section = '';
    const text = readFileSync(join(this.origin, 'liancha.ini'), 'utf8').split('\n').map((line) => {
      if (line.startsWith('[')) section = line;
      if (section === '[database]' && line.startsWith('socket=')) return `socket=${socket}`;
      if (section === '[mobile]' && line.startsWith('db_user='))
        return 'db_user=liancha_simulation';
      if (section === '[mobile]' && line.startsWith('db_password_file='))
        return `db_password_file=${join(this.origin, 'secret/simulation.password')}`;
      return line;
    }).join('\n');
    writeFileSync(this.config, text, { mode: 0o600 });
  }

  stop() {
    return new Promise((resolve) => {
      this.#child.removeAllListeners('close').once('close', resolve);
      this.#child.kill('SIGTERM');
    });
  }
}
