import { drawSvgTimeline } from '../trace/svg-timeline.ts';
import type { Timeline } from '../trace/timeline.ts';

/** How long a replay takes, however long the run took, in milliseconds. */
const LENGTH = 6000;

/** The elements of the page that a replay uses. */
interface Controls {
  drawing: HTMLElement;
  position: HTMLInputElement;
  moment: HTMLElement;
  play: HTMLButtonElement;
  pause: HTMLButtonElement;
}

/** Shows a timeline up to a moment that moves by itself or by hand. */
export class Replay {
  readonly #controls: Controls;
  #timeline: Timeline = { duration: 0, lanes: [], arrows: [] };
  #title = '';
  /** The frame to come, while it plays. */
  #frame: number | undefined;

  constructor(controls: Controls) {
    this.#controls = controls;
    const { position, play, pause } = controls;
    position.addEventListener('input', () => {
      this.#stop();
      this.#draw(Number(position.value));
    });
    play.addEventListener('click', () => this.#play());
    pause.addEventListener('click', () => this.#stop());
  }

  /** Shows the whole of a timeline. */
  show(timeline: Timeline, title: string): void {
    this.#stop();
    this.#timeline = timeline;
    this.#title = title;
    this.#controls.position.max = String(Math.ceil(timeline.duration));
    this.#draw(Math.ceil(timeline.duration));
  }

  #play(): void {
    this.#stop();
    const begun = performance.now();
    const { duration } = this.#timeline;
    this.#controls.pause.disabled = false;
    const advance = (now: number) => {
      const part = Math.min(1, Math.max(0, now - begun) / LENGTH);
      this.#draw(duration * part);
      this.#frame = part < 1 ? requestAnimationFrame(advance) : undefined;
      if (part === 1) this.#stop();
    };
    this.#frame = requestAnimationFrame(advance);
  }

  #stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#controls.pause.disabled = true;
  }

  #draw(until: number): void {
    const { drawing, position, moment } = this.#controls;
    position.value = String(Math.round(until));
    moment.textContent = String(Math.round(until));
    drawing.innerHTML = drawSvgTimeline(this.#timeline, this.#title, { until });
  }
}
