"""The tutorial's pool, as a whole program: sum_of_squares.py fork|spawn."""
import multiprocessing
import sys


def cpu_bound_task(n):
    return sum(i * i for i in range(n))


if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        print(",".join(map(str, pool.map(cpu_bound_task, [10**5, 10**6]))))
