from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "lianqiao.service.assistance"
    label = "assistance"
