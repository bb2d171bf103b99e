"""What stock should do although nobody asked."""

from stockpile.advice.queries.advised import Advice, Buy, Row, advice

__all__ = ["Advice", "Buy", "Row", "advice"]
