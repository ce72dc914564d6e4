"""Random schedules over the real kernel: any order of its steps, with crashes in between.

A process is a coroutine of the kernel's own (`relay`, `receive`, `work`, a replay, a job) that
is suspended before and after each transaction and around each publish; a schedule says
which process goes on, crashes or meets an outage next. The database is real (SQLite), the
broker and the clock are simulated, no thread and no event loop runs: the same seed gives
the same schedule.
"""
