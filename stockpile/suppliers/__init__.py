"""Supplies held by agreement (协议储备): who owes what on call, called off, signed, delivered."""
