import asyncio

# Example: Using asyncio to perform two tasks concurrently

async def task1():
    for i in range(3):
        print(f"Task 1: {i}")
        await asyncio.sleep(1)  # Simulating I/O delay

async def task2():
    for i in range(3):
        print(f"Task 2: {i}")
        await asyncio.sleep(1)  # Simulating I/O delay

async def main():
    await asyncio.gather(task1(), task2())

# Running the asyncio event loop
asyncio.run(main())
