"""An exercise replayed over the public API: a client with data and a clock.

It never touches the database. What it files is either exact at a published instant or
invented and marked 演练; the same seed files the same, to the byte.
"""
