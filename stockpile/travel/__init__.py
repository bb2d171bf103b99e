"""How long it takes from here to there: entered by people, or estimated until they are."""
