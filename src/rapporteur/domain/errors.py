"""Every error this program raises on purpose, and what each one says about itself.

    RapporteurError
    ├── InvalidRequest          the caller's input; names the field and the remedy
    ├── Unauthenticated         no key, or one we do not know
    ├── Forbidden               the key is known and may not do this
    ├── NotFound
    ├── Refused                 well-formed, but not now: the bot is finished, not started, dispatched …
    │   ├── Dispatched          the bot has set out: it takes commands, and is not deleted
    │   ├── Unanswered          the bot did not do it in time
    │   └── PoolDepleted        every place for a bot is taken; says when to try again
    ├── Unsupported             a capability this platform, provider or build lacks
    ├── IllegalTransition       a bug of ours: an event that the lifecycle table does not list
    ├── MeetingFailure          the meeting could not be joined or was lost; carries the sub_code
    ├── CaptureFailure          the browser or the media path broke
    ├── RecognitionFailure      speech could not be turned into words; says itself whether to try again
    ├── ErrandFailure           work on stored media could not be done; says itself whether to try again
    ├── DestinationFailure      the user's endpoint did not take what we owed it
    └── BlockedAddress          an address the outbound guard refuses to dial

Vendor exceptions become one of these once, at the adapter's edge. No message ever carries meeting content.
"""

from __future__ import annotations

from enum import Enum


class Scope(Enum):
    SESSION = "session"
    """This call failed; the machine is fine."""
    WORKER = "worker"
    """This machine cannot be trusted with further work."""


class Blame(Enum):
    US = "us"
    PLATFORM = "platform"
    USER = "user"
    DESTINATION = "destination"


class RapporteurError(Exception):
    code: str = "internal_error"
    retryable: bool = False
    scope: Scope = Scope.SESSION
    blame: Blame = Blame.US

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class InvalidRequest(RapporteurError):
    code = "invalid_request_data"
    blame = Blame.USER

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        """Dotted path of the offending field, `non_field_errors` when it is the body as a whole."""


class Unauthenticated(RapporteurError):
    code = "authentication_failed"
    blame = Blame.USER


class Forbidden(RapporteurError):
    code = "permission_denied"
    blame = Blame.USER


class NotFound(RapporteurError):
    code = "not_found"
    blame = Blame.USER


class Refused(RapporteurError):
    code = "refused"
    blame = Blame.USER


class Dispatched(Refused):
    """It has set out and takes commands only."""


class Unanswered(Refused):
    """What has to do it did not answer in time, and will not do it later."""

    code = "bot_not_responding"
    retryable = True
    blame = Blame.US


class PoolDepleted(Refused):
    code = "adhoc_pool_depleted"
    retryable = True

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unsupported(RapporteurError):
    code = "not_supported"
    blame = Blame.USER

    def __init__(self, capability: str, message: str) -> None:
        super().__init__(message)
        self.capability = capability


class IllegalTransition(RapporteurError):
    code = "illegal_transition"


class MeetingFailure(RapporteurError):
    code = "meeting_failure"
    blame = Blame.PLATFORM

    def __init__(self, sub_code: str, message: str = "") -> None:
        super().__init__(message or sub_code)
        self.sub_code = sub_code


class CaptureFailure(RapporteurError):
    code = "capture_failure"


class RecognitionFailure(RapporteurError):
    code = "recognition_failure"

    def __init__(self, message: str, *, code: str | None = None, retryable: bool = False) -> None:
        super().__init__(message, code=code)
        self.retryable = retryable


class ErrandFailure(RapporteurError):
    code = "errand_failure"

    def __init__(self, message: str, *, code: str | None = None, retryable: bool = False) -> None:
        super().__init__(message, code=code)
        self.retryable = retryable


class DestinationFailure(RapporteurError):
    code = "destination_failure"
    retryable = True
    blame = Blame.DESTINATION

    def __init__(self, message: str, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status
        """The HTTP status of the answer, if that is what was wrong."""


class BlockedAddress(RapporteurError):
    code = "blocked_address"
    blame = Blame.USER
