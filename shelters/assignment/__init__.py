"""Who sleeps where: households of villages to shelters, by their needs and by distance.

In this order: nobody is left, special needs are met, families stay together, people who were
already told go where they were told, and then the distances are short. Nothing here reads a
table or a clock. `shapes` says what is asked and answered, `planning` finds it, `nearest` is
what happens without a plan, `reasons` explains. OR-Tools comes in by `network`, `transport`
and `exact` alone, when something is solved; nothing is imported before it is needed.
"""
