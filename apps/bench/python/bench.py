"""Python's side of the benchmarks: bench.py NAME AMOUNT prints one figure, in the unit of the case it belongs to."""
import asyncio
import multiprocessing
import queue
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor

NOW = time.perf_counter


def increment(x):
    return x + 1


def echo(x):
    return x


def check(actual, expected):
    if actual != expected:
        raise SystemExit(f"wrong answer: {actual!r} instead of {expected!r}")


def pool_tiny(n):
    with multiprocessing.Pool(2) as pool:
        pool.map(increment, range(20))
        begun = NOW()
        results = [pool.apply_async(increment, (i,)) for i in range(n)]
        for i, result in enumerate(results):
            check(result.get(), i + 1)
        return n / (NOW() - begun)


def executor_tiny(n):
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(increment, range(20)))
        begun = NOW()
        results = [pool.submit(increment, i) for i in range(n)]
        for i, result in enumerate(results):
            check(result.result(), i + 1)
        return n / (NOW() - begun)


def pool_latency(n):
    with multiprocessing.Pool(2) as pool:
        pool.map(increment, range(20))
        times = []
        for i in range(n):
            begun = NOW()
            check(pool.apply(increment, (i,)), i + 1)
            times.append(NOW() - begun)
        return sorted(times)[n // 2] * 1e6


def pool_string(n):
    with multiprocessing.Pool(2) as pool:
        pool.map(increment, range(20))
        begun = NOW()
        texts = [str(i).rjust(1024, "x") for i in range(n)]
        results = [pool.apply_async(echo, (text,)) for text in texts]
        for text, result in zip(texts, results):
            check(result.get(), text)
        return n / (NOW() - begun)


def _pool_bytes(size, n):
    with multiprocessing.Pool(2) as pool:
        payload = bytes(size)
        check(pool.apply(echo, (payload,)), payload)
        begun = NOW()
        for _ in range(n):
            check(len(pool.apply(echo, (payload,))), size)
        return (NOW() - begun) / n


def pool_megabyte(n):
    return 1 / _pool_bytes(2**20, n)


def pool_64_megabytes(n):
    return _pool_bytes(2**26, n) * 1e3


def pool_map(n):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for _ in range(3):
            pool.map(increment, range(n))
        begun = NOW()
        results = pool.map(increment, range(n))
        elapsed = NOW() - begun
        check(results[-1], n)
        return n / elapsed


def _cold(method):
    begun = NOW()
    with multiprocessing.get_context(method).Pool(1) as pool:
        check(pool.apply(increment, (1,)), 2)
        return (NOW() - begun) * 1e3


def cold_fork(_):
    return _cold("fork")


def cold_spawn(_):
    return _cold("spawn")


def thread_lock(n):
    lock = threading.Lock()
    begun = NOW()
    for _ in range(n):
        with lock:
            pass
    return (NOW() - begun) / n * 1e9


def process_lock(n):
    lock = multiprocessing.Lock()
    begun = NOW()
    for _ in range(n):
        with lock:
            pass
    return (NOW() - begun) / n * 1e9


def thread_lock_contended(n):
    lock = threading.Lock()
    total = 0

    line = threading.Barrier(2)
    begun, ended = [], []

    def work():
        nonlocal total
        line.wait()
        begun.append(NOW())
        for _ in range(n // 2):
            with lock:
                total += 1
        ended.append(NOW())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = max(ended) - min(begun)
    check(total, n // 2 * 2)
    return elapsed / n * 1e9


def _locked_work(lock, value, n, line, begun, ended):
    line.wait()
    begun.value = NOW()
    for _ in range(n):
        with lock:
            value.value += 1
    ended.value = NOW()


def process_lock_contended(n):
    context = multiprocessing.get_context("fork")
    lock, value = context.Lock(), context.Value("q", 0, lock=False)
    line = context.Barrier(3)
    line = context.Barrier(2)
    spans = [[context.Value("d", 0, lock=False) for _ in range(2)] for _ in range(2)]
    children = [context.Process(target=_locked_work, args=(lock, value, n // 2, line, *span)) for span in spans]
    for child in children:
        child.start()
    for child in children:
        child.join()
    elapsed = max(ended.value for _, ended in spans) - min(begun.value for begun, _ in spans)
    check(value.value, n // 2 * 2)
    return elapsed / n * 1e9


def thread_queue(n):
    items = queue.Queue(1000)

    def produce():
        for i in range(n):
            items.put(i)

    producer = threading.Thread(target=produce)
    begun = NOW()
    producer.start()
    for i in range(n):
        check(items.get(), i)
    producer.join()
    return n / (NOW() - begun)


def _produce(items, n):
    for i in range(n):
        items.put(i)


def process_queue(n):
    context = multiprocessing.get_context("fork")
    items = context.Queue()
    producer = context.Process(target=_produce, args=(items, n))
    begun = NOW()
    producer.start()
    for i in range(n):
        check(items.get(), i)
    producer.join()
    return n / (NOW() - begun)


async def _work(i):
    return i


def asyncio_create(n):
    async def main():
        for i in range(n):
            check(await asyncio.create_task(_work(i)), i)

    return _timed(main) * 1e3


def asyncio_create_all(n):
    async def main():
        tasks = [asyncio.create_task(_work(i)) for i in range(n)]
        for i, task in enumerate(tasks):
            check(await task, i)

    return _timed(main) * 1e3


def asyncio_gather(n):
    async def main():
        results = await asyncio.gather(*(_work(i) for i in range(n)))
        check(results[-1], n - 1)

    return _timed(main) * 1e3


def asyncio_group(n):
    async def main():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_work(i)) for i in range(n)]
        check(tasks[-1].result(), n - 1)

    return _timed(main) * 1e3


def asyncio_limited(n):
    async def main():
        gate = asyncio.Semaphore(100)

        async def limited(i):
            async with gate:
                return await _work(i)

        check((await asyncio.gather(*(limited(i) for i in range(n))))[-1], n - 1)

    return _timed(main) * 1e3


def asyncio_queue(n):
    async def main():
        items = asyncio.Queue(1)

        async def produce():
            for i in range(n):
                await items.put(i)

        producer = asyncio.create_task(produce())
        for i in range(n):
            check(await items.get(), i)
        await producer

    return _timed(main) * 1e3


def asyncio_lock(n):
    async def main():
        lock = asyncio.Lock()
        for _ in range(n):
            async with lock:
                pass

    return _timed(main) * 1e3


def asyncio_lock_contended(n):
    async def main():
        lock = asyncio.Lock()

        async def work():
            for _ in range(n // 10):
                async with lock:
                    await asyncio.sleep(0)

        await asyncio.gather(*(work() for _ in range(10)))

    return _timed(main) * 1e3


def asyncio_sleep_zero(n):
    async def main():
        for _ in range(n):
            await asyncio.sleep(0)

    return _timed(main) * 1e3


def asyncio_cancel(n):
    async def main():
        event = asyncio.Event()
        tasks = [asyncio.create_task(event.wait()) for _ in range(n)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        check(sum(isinstance(result, asyncio.CancelledError) for result in results), n)

    return _timed(main) * 1e3


def _sleepers(n):
    late = []

    async def main():
        loop = asyncio.get_running_loop()

        async def sleeper(delay):
            due = loop.time() + delay
            await asyncio.sleep(delay)
            late.append(loop.time() - due)

        await asyncio.gather(*(sleeper(0.3 + 0.7 * i / n) for i in range(n)))

    return main, late


def asyncio_sleepers_late(n):
    main, late = _sleepers(n)
    asyncio.run(main())
    check(len(late), n)
    return sorted(late)[n // 2] * 1e3


def asyncio_sleepers_memory(n):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    main, late = _sleepers(n)
    asyncio.run(main())
    check(len(late), n)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / n


def _spin(milliseconds):
    end = NOW() + milliseconds / 1e3
    while NOW() < end:
        pass


def combination(milliseconds):
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_spin, [1, 1]))

        async def compute():
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(pool, _spin, milliseconds) for _ in range(2)))

        async def wait():
            await asyncio.gather(*(asyncio.sleep(milliseconds / 1e3) for _ in range(2)))

        async def both():
            await asyncio.gather(compute(), wait())

        times = []
        for part in (compute, wait, both):
            begun = NOW()
            asyncio.run(part())
            times.append(NOW() - begun)
        return times[2] / max(times[:2])


def _loopback(connections, requests):
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]

        async def client():
            for _ in range(connections):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                for i in range(requests):
                    writer.write(b"request %d\n" % i)
                    check(await reader.readline(), b"request %d\n" % i)
                writer.close()
                await writer.wait_closed()

        await asyncio.gather(*(client() for _ in range(50)))
        server.close()
        await server.wait_closed()

    return _timed(main) * 1e3


def asyncio_requests(n):
    return _loopback(1, n // 50)


def asyncio_connections(n):
    return _loopback(n // 50, 1)


def _timed(main):
    async def twice():
        await main()
        begun = NOW()
        await main()
        return NOW() - begun

    return asyncio.run(twice())


if __name__ == "__main__":
    name, amount = sys.argv[1], int(sys.argv[2])
    print(globals()[name](amount))
