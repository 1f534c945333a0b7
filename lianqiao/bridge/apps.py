from django.apps import AppConfig


class BridgeConfig(AppConfig):
    name = "lianqiao.bridge"
    label = "bridge"
    default_auto_field = "lianqiao.bridge.row_key.RowKey"
