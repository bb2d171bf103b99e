"""Turns to write: first come first served, never two at once, nothing lost by who gives up."""

from __future__ import annotations

import threading
import time

from relief_ops.db.turns import Turns


def queue_up(turns, names, served):
    """Let each of these ask for a turn, one after the other, and give it back when served."""

    def ask(name):
        assert turns.take(10)
        served.append(name)
        turns.give_back()

    threads = []
    for name in names:
        threads.append(threading.Thread(target=ask, args=(name,)))
        threads[-1].start()
        until(lambda: len(turns._waiting) == len(threads))
    return threads


def until(so):
    deadline = time.monotonic() + 5
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_who_waits_longest_is_next_and_who_gave_back_cannot_push_in():
    turns, served = Turns(1), []
    assert turns.take(1)
    threads = queue_up(turns, "abcd", served)
    turns.give_back()
    assert turns.take(5)  # at once, before a thread has woken up: behind the four
    served.append("again")
    turns.give_back()
    for thread in threads:
        thread.join()

    assert served == ["a", "b", "c", "d", "again"]


def test_who_gives_up_waiting_leaves_the_queue_whole():
    turns = Turns(1)
    assert turns.take(1)
    assert turns.take(0.01) is False
    turns.give_back()
    assert turns.take(0.01) is True
    assert turns.take(0.01) is False


def test_never_more_at_once_than_there_are_places():
    turns, most, lock, inside = Turns(2), [], threading.Lock(), []

    def work():
        for _ in range(40):
            if turns.take(0.002):
                with lock:
                    inside.append(1)
                    most.append(len(inside))
                time.sleep(0.0005)
                with lock:
                    inside.pop()
                turns.give_back()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) == 2
    assert turns.take(0.1)
    assert turns.take(0.1)
    assert turns.take(0.01) is False
