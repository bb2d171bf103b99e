"""What comes back after a disaster: collected, graded, back in stock, or scrapped by two people."""
