import multiprocessing
import asyncio

# CPU-bound calculation

def cpu_bound_task(n):
    return sum(i * i for i in range(n))

# Async I/O-bound task
async def io_bound_task():
    print("Starting I/O task")
    await asyncio.sleep(2)  # Simulate I/O delay
    print("I/O task complete")

# Running I/O tasks concurrently in async loop
async def async_main():
    await asyncio.gather(io_bound_task(), io_bound_task())

# Main function
if __name__ == "__main__":
    # Creating a pool of processes for CPU-bound tasks
    with multiprocessing.Pool(2) as pool:
        results = pool.map(cpu_bound_task, [10**5, 10**6])
        print(f"CPU-bound results: {results}")

    # Running asyncio tasks
    asyncio.run(async_main())
