"""The benchmarks: what was promised in numbers, measured beside a reference in the same run."""
