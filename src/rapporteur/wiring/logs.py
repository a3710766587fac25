"""How the programs log: one JSON object a line, redacted, whoever wrote it."""

from __future__ import annotations

import logging
from typing import TextIO

import structlog
from structlog.typing import Processor

from rapporteur.kit.redact import redact


def log_to(stream: TextIO, level: str = "info") -> None:
    """Send structlog's and the standard library's loggers to `stream`, from `level` on; libraries from warning on."""
    number = logging.getLevelNamesMapping()[level.upper()]
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Exceptions become text before the gate, because their texts can hold what must not be written.
    last: list[Processor] = [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*first, *last], wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream), cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=first, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    ))
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
