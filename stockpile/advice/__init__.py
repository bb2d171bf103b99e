"""What should move although nobody asked: surplus to short depots, old stock to its users."""
