"""Addresses of the supermarket, the mandates and the channels."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.assistance.pages import basket, by_mandate, channels, mandates, shop

urlpatterns = [
    path("supermarket/", shop.supermarket, name="supermarket"),
    path("supermarket/basket/", basket.basket, name="basket"),
    path("supermarket/basket/basket.xlsx", basket.basket_sheet, name="basket-sheet"),
    path("supermarket/basket/entries/", shop.put_in, name="basket-put-in"),
    path("supermarket/basket/entries/<int:entry_id>/removal/", basket.take_out, name="basket-take-out"),
    path("supermarket/basket/orders/", basket.checkout, name="basket-order"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:channel>/", channels.channel_cases, name="channel-cases"),
    path("channels/<slug:channel>/cases.xlsx", channels.channel_sheet, name="channel-sheet"),
    path("mandates/", mandates.my_mandates, name="my-mandates"),
    path("mandates/firms.xlsx", mandates.my_mandates_sheet, name="my-mandates-sheet"),
    path("mandates/matters/", by_mandate.matters, name="mandate-matters"),
    path("mandates/matters.xlsx", by_mandate.matters_sheet, name="mandate-matters-sheet"),
    path("mandates/<int:mandate_id>/revocation/", mandates.revocation, name="mandate-revocation"),
    path("firms/<str:credit_code>/mandates/", mandates.firm_mandates, name="firm-mandates"),
    path(
        "firms/<str:credit_code>/mandates/mandates.xlsx",
        mandates.firm_mandates_sheet,
        name="firm-mandates-sheet",
    ),
    path("firms/<str:credit_code>/mandates/acts/", by_mandate.acts, name="mandate-acts"),
    path("firms/<str:credit_code>/mandates/acts.xlsx", by_mandate.acts_sheet, name="mandate-acts-sheet"),
]
