import threading

# Example: Using Threads to print messages

def print_numbers():
    for i in range(5):
        print(f"Thread: {i}")

def print_letters():
    for letter in 'ABCDE':
        print(f"Thread: {letter}")

# Creating threads
thread1 = threading.Thread(target=print_numbers)
thread2 = threading.Thread(target=print_letters)

# Starting threads
thread1.start()
thread2.start()

# Waiting for both threads to finish
thread1.join()
thread2.join()

print("All threads have finished.")
