import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** Asks until the answer is one that ends the waiting; the answer. */
export async function until(ask, isEnd) {
  const giveUp = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isEnd(answer)) {
      return answer;
    }

    if (Date.now() > giveUp) {
      throw new Error(`waited in vain; the last answer was ${JSON.stringify(answer)}`);
    }

    await sleep(50);
  }
}

/** Whether a backup or restore has ended. */
export const hasEnded = ({ status }) => ['SUCCESS', 'FAILED', 'CANCELED'].includes(status);
