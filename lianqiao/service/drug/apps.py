from django.apps import AppConfig


class DrugConfig(AppConfig):
    name = "lianqiao.service.drug"
    label = "drug"
