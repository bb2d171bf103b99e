"""Reading the stockpile: registers, balances, the road, figures for others, and proofs."""
