"""Addresses of the front door."""

from __future__ import annotations

from django.urls import path

from lianqiao.portal.pages import home, sign_in

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("set-language/", sign_in.set_language, name="set-language"),
    path("personas/<int:pk>/", sign_in.step_into, name="personas"),
]
