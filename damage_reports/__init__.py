"""What was damaged, who says so, and the totals that follow."""
