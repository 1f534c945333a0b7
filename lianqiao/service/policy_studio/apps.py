from django.apps import AppConfig


class PolicyStudioConfig(AppConfig):
    name = "lianqiao.service.policy_studio"
    label = "policy_studio"

    def ready(self) -> None:
        """Let what is refused here be said in the words of this subject."""
        from lianqiao.bridge import refusals  # noqa: PLC0415 - models are ready only now
        from lianqiao.service.policy_studio.refusals import REFUSALS  # noqa: PLC0415

        refusals.also_say(REFUSALS)
