"""Who gets how much of what there is too little of, from which lots, and what cut it short.

In this order: priority class; within a class the worst cover first, raised to the end, in whole
packs; then the least travel; then what expires first. One item at a time: items share nothing
here. Nothing reads a table or a clock. `shapes` says what is asked and answered, `reach` who can
be reached from which lot, `sharing` how many packs each place gets, `bringing` from where,
`planning` puts them together, `nearest` is what happens without a plan, `reasons` explains.
OR-Tools comes in by `sharing` and `bringing` alone, when something is solved.
"""
