"""Emergency plans of counties, townships and villages: versioned documents with a review date."""
