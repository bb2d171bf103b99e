"""Who gets how much of what there is too little of, from which lots, and what cut it short.

In this order: priority class; within a class the worst cover first, raised to the end, in whole
packs; then the least travel; then what expires first. One item at a time: items share nothing here.
Nothing reads a table or a clock. `shapes` says what is asked and answered, `reach` who can be
reached from which lot, `ranks` in which order packs are given, `sharing` how many each place gets,
`bringing` from where, by the cheapest flow of `carrying`. `passing` follows who can pass a pack on,
`waiting` who would get the next ones, and `reasons` explains by both; `planning` puts them
together. `greedy` is the plan everybody makes by hand, `measures` compares plans. OR-Tools comes in
by `sharing` and `carrying` alone, when something is solved.
"""
