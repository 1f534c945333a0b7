"""Addresses of the front door."""

from __future__ import annotations

from django.urls import include, path

from lianqiao.portal.pages import home, lists, sign_in, tokens

urlpatterns = [
    path("", home.home, name="home"),
    path("api/v1/", include("lianqiao.portal.api.addresses")),
    path("start/", home.start, name="start"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("set-language/", sign_in.set_language, name="set-language"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/revocation/", tokens.revoke, name="token-revocation"),
    path("lists/<slug:name>/columns/", lists.columns, name="list-columns"),
    path("lists/<slug:name>/views/", lists.views, name="list-views"),
    path("lists/<slug:name>/views/<int:view_id>/", lists.view, name="list-view"),
    path("personas/<int:pk>/", sign_in.step_into, name="personas"),
]
