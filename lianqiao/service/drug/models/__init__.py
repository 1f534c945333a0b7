"""The tables of the drug steward."""

from lianqiao.service.drug.models.answers import Answer, AnswerTaken
from lianqiao.service.drug.models.products import Product, ProductEntry

__all__ = ["Answer", "AnswerTaken", "Product", "ProductEntry"]
