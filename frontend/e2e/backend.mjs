// Our program, twice: `broadsheet demo` for its sample Grafana and its mailbox, `broadsheet serve` as the backend under test.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PROGRAM = process.env.BROADSHEET_BIN ?? path.join(ROOT, 'target/debug/broadsheet');

/** Text of a program that has not said what is waited for is its fault to explain. */
const PATIENCE_MS = 60_000;

/** A running program whose lines can be waited for. */
class Program {
  #lines = [];
  #waiting = new Set();

  constructor(args, env = {}) {
    this.child = spawn(PROGRAM, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      readline.createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    }
    this.child.on('error', (error) => this.#hear(`cannot start ${PROGRAM}: ${error.message}`));
  }

  #hear(line) {
    this.#lines.push(line);
    this.#waiting.forEach((look) => look());
  }

  /** The match of the first line that fits, now or later; `from` leaves out the lines before. */
  waitFor(pattern, from = 0) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = this.#lines
          .slice(from)
          .map((line) => pattern.exec(line))
          .find(Boolean);
        if (match) {
          clearTimeout(timer);
          this.#waiting.delete(look);
          resolve(match);
        }
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(
            `${pattern} was not said within ${PATIENCE_MS} ms; last lines:\n${this.#lines.slice(-20).join('\n')}`
          )
        );
      }, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  get nLines() {
    return this.#lines.length;
  }

  stop() {
    this.child.kill('SIGTERM');
  }
}

/** The sample Grafana and the mailbox, once the demo's own report has gone through. */
export async function startDemo(folder) {
  const program = new Program(['demo', '--out', folder]);
  const [, grafana] = await program.waitFor(/^Sample Grafana\s+(http:\S+)/);
  const [, smtp] = await program.waitFor(/^Mailbox\s+smtp:\/\/(\S+)/);
  await program.waitFor(/^Everything stays up/);
  /** Takes note of where the mailbox stands; the function given back waits for a mail to `address` after that, by its file. */
  const nextMailTo = (address) => {
    const from = program.nLines;
    return async () => (await program.waitFor(new RegExp(`^A mail to ${address} has arrived: (.+)$`), from))[1];
  };
  return { grafana, smtp, nextMailTo, stop: () => program.stop() };
}

/** The backend under test: a sidecar without a token, to be connected by the page. */
export async function startBackend({ grafana, smtp, folder, files }) {
  const program = new Program(['serve', '--listen', '127.0.0.1:0'], {
    BROADSHEET_GRAFANA_URL: grafana,
    BROADSHEET_DATA_DIR: folder,
    BROADSHEET_SMTP_HOST: smtp,
    BROADSHEET_PROVISIONING_PATH: files,
    BROADSHEET_SMTP_FROM_ADDRESS: 'reports@example.org',
  });
  const [, address] = await program.waitFor(/serving \/api\/reports address=(\S+)/);
  return { url: `http://${address}`, stop: () => program.stop() };
}
