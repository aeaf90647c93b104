"""Reads a page of metrics with prometheus_client's own parser and counts what it finds.

    FOOTNOTE_METRICS_PAGE=page.txt cargo nextest run -p footnote-server what_happens_is_counted
    python server/tests/metrics_page.py page.txt          # needs `pip install prometheus_client`
"""

import sys

from prometheus_client.parser import text_string_to_metric_families

families = list(text_string_to_metric_families(open(sys.argv[1], encoding="utf-8").read()))
samples = [sample for family in families for sample in family.samples]
assert families and samples, "nothing was read"
for family in families:
    assert family.documentation and family.type in ("counter", "gauge", "histogram"), family
for sample in samples:
    assert not {"tenant", "client", "key"} & set(sample.labels), sample
print(f"{len(families)} families, {len(samples)} samples")
