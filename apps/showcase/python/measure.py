"""Measures Python's techniques on the two workloads of the comparison and prints wall times as JSON."""

import asyncio
import json
import multiprocessing
import sys
import time
from concurrent.futures import ThreadPoolExecutor

LIMIT = 30_000


def count_primes(limit):
    count = 0
    for candidate in range(2, limit):
        divisor = 2
        while divisor * divisor <= candidate:
            if candidate % divisor == 0:
                break
            divisor += 1
        else:
            count += 1
    return count


def wait(seconds):
    time.sleep(seconds)


async def gather_waits(items):
    await asyncio.gather(*(asyncio.sleep(seconds) for seconds in items))


async def gather_counts(items):
    async def count(limit):
        return count_primes(limit)

    await asyncio.gather(*(count(limit) for limit in items))


def wall_time(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(cases, rounds):
    times = {name: [] for name in cases}
    for _ in range(rounds):
        for name, work in cases.items():
            times[name].append(wall_time(work))
    return times


def main(options):
    cores = multiprocessing.cpu_count()
    waits = [options["seconds"]] * options["waits"]
    limits = [LIMIT] * options["computations"]
    with ThreadPoolExecutor(len(waits)) as many, ThreadPoolExecutor(cores) as few:
        with multiprocessing.Pool(4) as four, multiprocessing.Pool(cores) as pool:
            io_bound = {
                "sequential": lambda: [wait(seconds) for seconds in waits],
                "threading": lambda: list(many.map(wait, waits)),
                "multiprocessing": lambda: four.map(wait, waits, 1),
                "asyncio": lambda: asyncio.run(gather_waits(waits)),
            }
            cpu_bound = {
                "sequential": lambda: [count_primes(limit) for limit in limits],
                "threading": lambda: list(few.map(count_primes, limits)),
                "multiprocessing": lambda: pool.map(count_primes, limits, 1),
                "asyncio": lambda: asyncio.run(gather_counts(limits)),
            }
            for cases in (io_bound, cpu_bound):
                measure({name: work for name, work in cases.items() if name != "sequential"}, 1)
            return {
                "I/O-bound": measure(io_bound, options["rounds"]),
                "CPU-bound": measure(cpu_bound, options["rounds"]),
            }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
