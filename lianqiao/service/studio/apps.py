from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "lianqiao.service.studio"
    label = "studio"
