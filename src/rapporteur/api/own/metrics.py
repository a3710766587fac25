"""/metrics: what an operator's Prometheus reads. There is no such page until the settings name a token for it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from rapporteur import __version__
from rapporteur.api.deps import Services
from rapporteur.services.metrics import Family, Samples

router = APIRouter(include_in_schema=False)

BUILD = Family("rapporteur_build_info", "1, labelled with the version.", ("version",))


@router.get("/metrics")
async def metrics(request: Request, services: Services) -> Response:
    """Prometheus' text format. `Authorization: Bearer TOKEN`, 404 where the settings name none.

    Figures of the database are the same from every process on it; those of requests are of the process that answers.
    """
    _admit(request.app.state.metrics_token, request.headers.get("authorization", ""))
    families = [(BUILD, [((__version__,), 1.0)]), *await services.metrics.read()]
    registry = CollectorRegistry()
    for part in (Counted(families), request.app.state.meter.registry):
        registry.register(part)
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Counted(Collector):
    """Families that were read already, as a collector."""

    def __init__(self, families: Iterable[tuple[Family, Samples]]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for family, samples in self._families:
            made = GaugeMetricFamily(family.name, family.help, labels=family.labels)
            for labels, value in samples:
                made.add_metric(labels, value)
            yield made


def _admit(token: str | None, authorization: str) -> None:
    if token is None:
        raise HTTPException(404)
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise HTTPException(401, "Send the header `Authorization: Bearer RAPPORTEUR_METRICS_TOKEN`.",
                            {"WWW-Authenticate": "Bearer"})
