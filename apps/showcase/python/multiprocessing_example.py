import multiprocessing

# Example: Using multiprocessing to calculate squares of numbers

def calculate_square(numbers):
    for n in numbers:
        print(f"Square of {n}: {n * n}")

if __name__ == "__main__":
    numbers = [1, 2, 3, 4, 5]
    # Creating a process
    process = multiprocessing.Process(target=calculate_square, args=(numbers,))

    # Starting the process
    process.start()

    # Waiting for the process to finish
    process.join()

    print("Multiprocessing complete.")
