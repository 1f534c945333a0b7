from django.apps import AppConfig


class BridgeConfig(AppConfig):
    name = "lianqiao.bridge"
    label = "bridge"
