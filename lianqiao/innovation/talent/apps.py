from django.apps import AppConfig


class TalentConfig(AppConfig):
    name = "lianqiao.innovation.talent"
    label = "talent"

    def ready(self) -> None:
        """Let what is refused here be said in the words of this room."""
        from lianqiao.bridge import refusals  # noqa: PLC0415 - models are ready only now
        from lianqiao.innovation.talent.wording import REFUSALS  # noqa: PLC0415

        refusals.also_say(REFUSALS)
