"""The garbage collector, set up for a process that has started and now serves."""

import gc

# A collection of the youngest costs about a millisecond; by default there is one in every twenty requests.
YOUNG_OBJECTS = 10_000
# How many collections of one generation come before one of the next.
YOUNG_COLLECTIONS = 20
MIDDLE_COLLECTIONS = 50


def pause_collection() -> None:
    """Collect nothing until `freeze_and_resume_collection`: hardly anything that a start makes is garbage.

    Collections were a fifth of the processor time of importing the application.
    """
    gc.disable()


def freeze_and_resume_collection() -> None:
    """Exempt everything that is there from collections: modules and routes stay, and looking at them takes long.

    It is not even collected once: that would take 0.2 s of a start to find one object in 150.

    A full collection took 128 ms, in which nobody was served, and all of them 4 to 7 % of the processor time; afterwards
    it is 11 ms and 1 %. What refers to itself is still found.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_COLLECTIONS, MIDDLE_COLLECTIONS)
    gc.enable()
