from django.apps import AppConfig


class BundlesConfig(AppConfig):
    name = "lianqiao.service.bundles"
    label = "bundles"
