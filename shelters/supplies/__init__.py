"""What the people in a shelter use up: rations by headcount, and the needs that follow."""
