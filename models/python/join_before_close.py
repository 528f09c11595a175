"""A pool is joined that was not closed. Prints what is raised."""

import multiprocessing

with multiprocessing.get_context("fork").Pool(1) as pool:
    try:
        pool.join()
        print("nothing")
    except ValueError:
        print("ValueError")
