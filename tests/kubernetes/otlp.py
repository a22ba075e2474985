"""The metrics that a collector received, named as Prometheus names them."""

import json
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
)

UNITS: Final = {"s": "_seconds"}  # and what is counted, as in {request}, which adds nothing
RESOURCE: Final = {"service.name": "job", "service.instance.id": "instance"}

Labels = dict[str, str]


class Sample(NamedTuple):
    """A value of a series at a time, in seconds."""

    name: str
    labels: Labels
    value: float
    time: float

    @property
    def series(self) -> str:
        """Return the series in the text format of Prometheus."""
        pairs = [f"{name}={json.dumps(text)}" for name, text in sorted(self.labels.items())]
        return f"{self.name}{{{','.join(pairs)}}}"


def read(bodies: Iterable[bytes]) -> list[Sample]:
    """Return the samples of requests to /v1/metrics."""
    return [
        sample
        for body in bodies
        for of_resource in ExportMetricsServiceRequest.FromString(body).resource_metrics
        for of_scope in of_resource.scope_metrics
        for metric in of_scope.metrics
        for sample in samples_of(metric, identity(of_resource.resource.attributes))
    ]


def identity(attributes: Iterable[KeyValue]) -> Labels:
    """Return the labels by which Prometheus knows who sent a metric."""
    return {
        RESOURCE[each.key]: each.value.string_value for each in attributes if each.key in RESOURCE
    }


def samples_of(metric: Metric, sender: Labels) -> Iterator[Sample]:
    """Yield the samples of a metric."""
    unit = "" if metric.unit.startswith("{") else UNITS[metric.unit]
    name = metric.name.replace(".", "_") + unit
    if metric.HasField("histogram"):
        assert metric.histogram.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
        for buckets in metric.histogram.data_points:
            yield from samples_of_histogram(name, buckets, sender)
        return
    assert metric.sum.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    assert not metric.sum.is_monotonic, f"{name} is a counter, which ends in _total"
    for point in metric.sum.data_points:
        value = point.as_int if point.HasField("as_int") else point.as_double
        yield Sample(name, sender | labels_of(point), value, point.time_unix_nano / 1e9)


def samples_of_histogram(name: str, point: HistogramDataPoint, sender: Labels) -> Iterator[Sample]:
    """Yield the samples of the buckets, each with all that is below, of the count and the sum."""
    labels, time, count = sender | labels_of(point), point.time_unix_nano / 1e9, 0
    bounds = [*map(str, point.explicit_bounds), "+Inf"]
    for bound, added in zip(bounds, point.bucket_counts, strict=True):
        count += added
        yield Sample(f"{name}_bucket", labels | {"le": bound}, count, time)
    yield Sample(f"{name}_count", labels, point.count, time)
    yield Sample(f"{name}_sum", labels, point.sum, time)


def labels_of(point: NumberDataPoint | HistogramDataPoint) -> Labels:
    """Return the attributes of a data point as labels."""
    return {
        each.key.replace(".", "_"): str(getattr(each.value, each.value.WhichOneof("value") or ""))
        for each in point.attributes
    }


def as_text(samples: Iterable[Sample]) -> str:
    """Return samples in the OpenMetrics format, which has those of a series side by side."""
    ordered = sorted(samples, key=lambda sample: (sample.series, sample.time))
    lines = [f"{sample.series} {sample.value} {sample.time:.3f}\n" for sample in ordered]
    return "".join(lines) + "# EOF\n"
