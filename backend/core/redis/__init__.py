"""State that the processes share in Redis: cached values, live messages, counts of attempts and requests, job ids.

All of it is optional at run time: when Redis is away, each module says what happens instead.
You need not open this to write a feature: services get a cache, live updates and limits from the unit of work.
"""
