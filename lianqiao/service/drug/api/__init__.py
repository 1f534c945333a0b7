"""The API of the drug steward: journeys, products, answers."""

from lianqiao.service.drug.api import answers, products

ROUTERS = (products.router, answers.router)
