"""Joining disasters into one process (汇拢) and splitting them again (拆分)."""
