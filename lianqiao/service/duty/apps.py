from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "lianqiao.service.duty"
    label = "duty"
