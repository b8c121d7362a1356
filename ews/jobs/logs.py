"""Logs: one JSON line an event on standard error, in UTC, without the values of variables."""

import sys

import structlog


def configure() -> None:
    """Set the one way of logging. The library's own default prints every local variable of a failure."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        # looked up at each line: whoever replaced standard error meanwhile gets it
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
