"""Addresses of the drug steward."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.drug.pages import answers, desk, products, steps

urlpatterns = [
    path("drug-steward/", desk.desk, name="drug-desk"),
    # products on their way
    path("products/", products.products, name="products"),
    path("products/products.xlsx", products.products_sheet, name="products-sheet"),
    path("products/new/", products.register, name="product-new"),
    path("products/saved/", products.time_saved, name="time-saved"),
    path("products/kinds/<str:kind>/", products.journey, name="journey"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("products/<int:product_id>/taking-up/", products.taking_up, name="product-taking-up"),
    path("products/<int:product_id>/steps/<str:name>/", steps.step, name="product-step"),
    path("products/<int:product_id>/steps/<str:name>/case/", steps.step_case, name="product-step-case"),
    # answers kept
    path("answers/", answers.answers, name="answers"),
    path("answers/answers.xlsx", answers.answers_sheet, name="answers-sheet"),
    path("answers/new/", answers.proposing, name="answer-new"),
    path("answers/<int:answer_id>/", answers.answer, name="answer"),
    path("answers/<int:answer_id>/replacement/", answers.proposing, name="answer-replacement"),
    path("answers/<int:answer_id>/decision/", answers.decision, name="answer-decision"),
    path("answers/<int:answer_id>/withdrawal/", answers.withdrawal, name="answer-withdrawal"),
    path("answers/<int:answer_id>/review/", answers.review, name="answer-review"),
]
