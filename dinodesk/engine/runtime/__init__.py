"""The engine thread: the worker, the scheduler and the queue of jobs."""
