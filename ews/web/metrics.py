"""`/metrics` for a monitoring system on this machine; from elsewhere it does not exist."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ews.jobs.metrics import metrics
from ews.store.audit import SYSTEM
from ews.web.visit import client_address, site_of

router = APIRouter()
NEAR = frozenset({"127.0.0.1", "::1"})


@router.get("/metrics", name="metrics")
def show(request: Request) -> Response:
    """Numbers without names."""
    if client_address(request) not in NEAR:
        return Response(status_code=404)
    return Response(metrics(site_of(request).context(SYSTEM)), media_type=CONTENT_TYPE_LATEST)
