from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "lianqiao.service.benefits"
    label = "benefits"
