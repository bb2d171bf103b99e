"""The longer proofs of `make proof`: each ends with the figures it reached."""
