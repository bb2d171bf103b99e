"""The attention queue: who owns what, what is snoozed and why, what is settled."""
