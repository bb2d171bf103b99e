"""The assistance programmes, one pure file each."""
