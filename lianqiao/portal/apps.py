from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "lianqiao.portal"
    label = "portal"
