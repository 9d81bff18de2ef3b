// The live page: asks the server to run what the controls say, draws it, and keeps the runs to look at again.
import type { Scenario, ScenarioResult } from '../scenario/scenario.ts';
import type { Timeline } from '../trace/timeline.ts';
import { Replay } from './replay.ts';
import { drawTotals } from './totals-table.ts';

/** One run, as the server tells it. */
interface Run extends ScenarioResult {
  scenario: Scenario;
  timeline: Timeline;
}

/** Finds an element of the page. */
function find<E extends HTMLElement>(id: string): E {
  const element = document.querySelector<E>(`#${id}`);
  if (element === null) throw new Error(`Cannot find #${id}`);
  return element;
}

const form = find<HTMLFormElement>('controls');
const button = find<HTMLButtonElement>('run');
const status = find('status');
const replay = new Replay({
  drawing: find('drawing'),
  position: find<HTMLInputElement>('position'),
  moment: find('position-value'),
  play: find<HTMLButtonElement>('replay'),
  pause: find<HTMLButtonElement>('pause'),
});
const runs: Run[] = [];

function readControls(): Scenario {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name));
  return {
    technique: text('technique') as Scenario['technique'],
    workload: text('workload') as Scenario['workload'],
    workers: Number(text('workers')),
    tasks: Number(text('tasks')),
    ms: Number(text('ms')),
    gil: data.has('gil'),
  };
}

async function runNow(): Promise<void> {
  const scenario = readControls();
  button.disabled = true;
  status.textContent = `Running ${describe(scenario)} …`;
  try {
    const response = await fetch('/run', { method: 'POST', body: JSON.stringify(scenario) });
    if (!response.ok) throw new Error(await response.text());
    const run: Run = { scenario, ...((await response.json()) as ScenarioResult & { timeline: Timeline }) };
    runs.push(run);
    addToHistory(run);
    show(run);
  } catch (error) {
    status.textContent = `That did not work: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    button.disabled = false;
  }
}

function show({ scenario, wall, timeline }: Run): void {
  const title = `${describe(scenario)}: ${Math.round(wall)} ms`;
  status.textContent = `${title}.`;
  find('result').hidden = false;
  find('result-title').textContent = title;
  replay.show(timeline, title);
  find('totals').replaceChildren(drawTotals(timeline, title));
}

function addToHistory(run: Run): void {
  const { scenario, wall } = run;
  const row = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = `${runs.length}: ${scenario.technique}${scenario.gil ? ', emulated GIL' : ''}`;
  const cells = [
    `${scenario.workload}, ${scenario.ms} ms`,
    scenario.workers,
    scenario.tasks,
    `${Math.round(wall)} ms`,
  ].map((text, column) => {
    const cell = document.createElement('td');
    cell.textContent = String(text);
    if (column > 0) cell.className = 'number';
    return cell;
  });
  const see = document.createElement('button');
  see.type = 'button';
  see.textContent = `See run ${runs.length}`;
  see.addEventListener('click', () => {
    show(run);
    find('result').focus();
  });
  const last = document.createElement('td');
  last.append(see);
  row.append(name, ...cells, last);
  find('history').prepend(row);
}

function describe({ technique, workload, workers, tasks, ms, gil }: Scenario): string {
  const who =
    technique === 'threading' || technique === 'multiprocessing' ? `${technique} with ${workers} workers` : technique;
  const what = { wait: 'wait', compute: 'compute', mixed: 'wait and compute' }[workload];
  return `${who}${gil && technique === 'threading' ? ' under an emulated GIL' : ''}, ${tasks} tasks that ${what} ${ms} ms each`;
}

for (const name of ['workers', 'tasks', 'ms']) {
  const input = find<HTMLInputElement>(name);
  input.addEventListener('input', () => {
    find(`${name}-value`).textContent = input.value;
  });
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void runNow();
});
