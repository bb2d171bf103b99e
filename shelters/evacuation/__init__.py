"""Evacuation: who must move, who was told, who is safe, and until when."""
