"""What the Recall dialect's requests look like: fields, defaults and limits, merged and validated in one step.

Every schema keeps keys it does not know (`body.unknown_keys` finds them) and drops them when it is echoed.
"""

from rapporteur.api.recall.schemas.bot import CreateBot, MetadataOnly
from rapporteur.api.recall.schemas.leaving import AutomaticLeave
from rapporteur.api.recall.schemas.recording import PROVIDERS, RecordingConfig

__all__ = ["PROVIDERS", "AutomaticLeave", "CreateBot", "MetadataOnly", "RecordingConfig"]
