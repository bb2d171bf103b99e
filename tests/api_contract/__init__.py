"""The outside names that stay: addresses, fields, codes (design.md §8)."""
