import pytest

from lokaal.bench import measuring

REPORT = """Running 4s test @ http://127.0.0.1:8000/
  1 threads and 4 connections
  Latency Distribution
     50%    5.25ms
     75%    6.10ms
     90%    8.20ms
     99%    1.02s
  3040 requests in 4.00s, 12.00MB read
  Non-2xx or 3xx responses: 12
Requests/sec:    760.12
Transfer/sec:      3.00MB
"""


def test_read_wrk_gives_rate_latencies_in_milliseconds_and_errors() -> None:
    assert measuring.read_wrk(REPORT) == (760.12, 5.25, 1020.0, 12)


def test_read_wrk_refuses_a_report_without_a_rate() -> None:
    with pytest.raises(ValueError, match="no rate"):
        measuring.read_wrk("unable to connect")
