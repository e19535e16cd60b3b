#!/usr/bin/env python3
"""Writes the gallery's dashboards (docs/gallery/*.json): one for each panel type, each holding its own data as Grafana's snapshots do;
and README.md, which shows their pictures.

Run it after changing it, then `cargo xtask gallery` draws the pictures. Same input, same bytes: no clock, no random numbers.
"""

import json
import math
import pathlib

FOLDER = pathlib.Path(__file__).parent
T0 = 1767607200000  # 2026-01-05 10:00 UTC, a Monday
HOUR, MINUTE = 3_600_000, 60_000
GRAFANA = {"type": "grafana", "uid": "grafana"}


# --- data ----------------------------------------------------------------------------------------------------------------------


def noise(seed):
    """Numbers between -1 and 1, the same everywhere: a linear congruential generator."""
    state = seed * 2654435761 % 2**32
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield state / 2**31 - 1


def walk(seed, n, start, step, low=-1e9, high=1e9, digits=2):
    source, value, values = noise(seed), start, []
    for _ in range(n):
        value = min(max(value + next(source) * step, low), high)
        values.append(round(value, digits))
    return values


def wave(n, mean, height, periods, phase=0.0, seed=None, rough=0.0, digits=2):
    source = noise(seed or 1)
    turn = lambda i: math.sin(2 * math.pi * (periods * i / n + phase))
    return [round(mean + height * turn(i) + rough * next(source), digits) for i in range(n)]


def times(n, hours=6.0, start=T0):
    return [start + int(i * hours * HOUR / (n - 1)) for i in range(n)]


def frame(fields, name=None, ref="A", meta=None, **more):
    """`fields`: (name, type, values[, labels[, config]])."""
    schema = {"refId": ref, "fields": []}
    if name:
        schema["name"] = name
    if meta:
        schema["meta"] = meta
    columns = []
    for field in fields:
        name, kind, values, *rest = field
        entry = {"name": name, "type": kind}
        if rest and rest[0]:
            entry["labels"] = rest[0]
        if len(rest) > 1:
            entry["config"] = rest[1]
        schema["fields"].append(entry)
        columns.append(values)
    return {"schema": schema, "data": {"values": columns, **more}}


def series(name, values, labels=None, hours=6.0, ref="A"):
    return frame([("Time", "time", times(len(values), hours)), (name, "number", values, labels)], ref=ref)


def marks(*entries):
    """Annotations of one panel: (minutes, minutes or None, text, colour)."""
    at = lambda minutes: None if minutes is None else T0 + minutes * MINUTE
    columns = [
        ("time", "time", [at(e[0]) for e in entries]),
        ("timeEnd", "time", [at(e[1]) for e in entries]),
        ("text", "string", [e[2] for e in entries]),
        ("title", "string", ["" for _ in entries]),
        ("isRegion", "boolean", [e[1] is not None for e in entries]),
        ("color", "string", [e[3] for e in entries]),
    ]
    return frame(columns, meta={"dataTopic": "annotations"})


# --- dashboards ----------------------------------------------------------------------------------------------------------------


def panel(kind, title, frames, options=None, defaults=None, custom=None, overrides=None, size=(8, 8), **more):
    field = dict(defaults or {})
    if custom:
        field["custom"] = custom
    # Without a version Grafana would take it for a panel of long ago and migrate it.
    saved = {"type": kind, "pluginVersion": "12.4.0", "title": title, "size": size, "datasource": GRAFANA}
    saved["targets"] = [{"refId": "A", "datasource": GRAFANA, "queryType": "snapshot", "snapshot": frames}] if frames else []
    saved["options"] = options or {}
    saved["fieldConfig"] = {"defaults": field, "overrides": overrides or []}
    saved.update(more)
    return saved


def override(name, **properties):
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": key.replace("__", "."), "value": value} for key, value in properties.items()],
    }


def custom_override(name, **properties):
    return override(name, **{"custom__" + key: value for key, value in properties.items()})


def steps(*pairs, mode="absolute"):
    return {"mode": mode, "steps": [{"color": color, "value": value} for color, value in pairs]}


def legend(mode="list", placement="bottom", calcs=()):
    return {"displayMode": mode, "placement": placement, "calcs": list(calcs), "showLegend": mode != "hidden"}


def charted(mode="list", placement="bottom", calcs=(), **more):
    return {"legend": legend(mode, placement, calcs), "tooltip": {"mode": "single", "sort": "none"}, **more}


def scheme(mode, color=None):
    return {"mode": mode, **({"fixedColor": color} if color else {})}


def text(number):
    return "null" if number is None else json.dumps(number, ensure_ascii=False)


def dump(value, indent=0):
    """JSON with a line for each list of plain values, so that data does not fill pages."""
    pad, inner = " " * indent, " " * (indent + 1)
    plain = lambda one: not isinstance(one, (dict, list)) or not one
    if isinstance(value, dict) and value:
        line = ", ".join(f"{text(key)}: {text(one)}" for key, one in value.items()) if all(map(plain, value.values())) else None
        if line and len(line) < 120:
            return "{" + line + "}"
        return "{\n" + ",\n".join(f"{inner}{text(k)}: {dump(one, indent + 1)}" for k, one in value.items()) + "\n" + pad + "}"
    if isinstance(value, list) and value and not all(map(plain, value)):
        return "[\n" + ",\n".join(inner + dump(one, indent + 1) for one in value) + "\n" + pad + "]"
    return json.dumps(value, ensure_ascii=False)


def write(uid, title, panels, hours=6.0):
    """Lays panels out from left to right in the order they come."""
    x = y = height = 0
    saved = []
    for number, one in enumerate(panels, 1):
        one = dict(one)
        w, h = one.pop("size")
        if x + w > 24:
            x, y, height = 0, y + height, 0
        saved.append({"id": number, **one, "gridPos": {"x": x, "y": y, "w": w, "h": h}})
        x, height = x + w, max(height, h)
    iso = lambda ms: f"2026-01-05T{10 + int((ms - T0) // HOUR):02}:{int((ms - T0) % HOUR // MINUTE):02}:00.000Z"
    dashboard = {
        "uid": f"gallery-{uid}",
        "title": title,
        "schemaVersion": 42,
        "timezone": "utc",
        "time": {"from": iso(T0), "to": iso(T0 + hours * HOUR)},
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": saved,
    }
    (FOLDER / f"{uid}.json").write_text(dump(dashboard) + "\n", encoding="utf-8")


# --- one function a panel type -------------------------------------------------------------------------------------------------

N = 73  # a point every five minutes


def load(seed, mean=40, rough=6):
    return wave(N, mean, mean / 3, 1.6, seed / 7, seed=seed, rough=rough, digits=1)


def three():
    return [series("Value", load(s, m), {"host": h}) for s, m, h in [(1, 60, "alpha"), (2, 45, "beta"), (3, 25, "gamma")]]


def timeseries():
    gaps = load(4)
    for at in [*range(14, 20), 40, *range(55, 58)]:
        gaps[at] = None
    one = lambda seed=1, mean=60: [series("load", load(seed, mean))]
    line = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 0, "showPoints": "never"}
    requests = [series("requests", [round(10 ** (1 + 2.5 * (i / N) + 0.3 * math.sin(i)), 1) for i in range(N)])]
    traffic = [series("received", load(5, 300)), series("sent", load(6, 200))]
    few = lambda seed: wave(25, 50, 25, 1.3, seed / 5, seed=seed, rough=8, digits=1)
    yield panel("timeseries", "Lines", three(), charted(), {"unit": "percent"}, line)
    yield panel("timeseries", "Smooth, filled by opacity", three(), charted(), {"unit": "percent"}, {**line, "lineInterpolation": "smooth", "lineWidth": 2, "fillOpacity": 40, "gradientMode": "opacity"})
    yield panel("timeseries", "Steps, dashes and dots", three(), charted(), None, {**line, "lineInterpolation": "stepAfter", "lineWidth": 2},
                [custom_override("{host=\"beta\"}", lineStyle={"fill": "dash", "dash": [10, 10]}),
                 custom_override("beta", lineStyle={"fill": "dash", "dash": [10, 10]}), custom_override("gamma", lineStyle={"fill": "dot", "dash": [0, 10]})])
    yield panel("timeseries", "Bars", [series("orders", few(3))], charted("hidden"), None, {"drawStyle": "bars", "fillOpacity": 70, "lineWidth": 1, "gradientMode": "hue"})
    yield panel("timeseries", "Points", [series("a", few(1)), series("b", few(2))], charted(), None, {"drawStyle": "points", "pointSize": 8})
    yield panel("timeseries", "Lines with points", [series("a", few(4)), series("b", few(9))], charted(), None, {**line, "showPoints": "always", "pointSize": 6, "lineInterpolation": "smooth"})
    yield panel("timeseries", "Stacked", three(), charted(), {"unit": "short"}, {**line, "fillOpacity": 60, "stacking": {"mode": "normal", "group": "A"}})
    yield panel("timeseries", "Stacked bars, percent", [series(n, few(s)) for n, s in [("ok", 5), ("slow", 6), ("failed", 8)]], charted(), None,
                {"drawStyle": "bars", "fillOpacity": 80, "lineWidth": 0, "stacking": {"mode": "percent", "group": "A"}})
    yield panel("timeseries", "Negative Y", traffic, charted(), {"unit": "bps"}, {**line, "fillOpacity": 20, "axisCenteredZero": True}, [custom_override("sent", transform="negative-Y")])
    yield panel("timeseries", "Thresholds as areas", one(), charted("hidden"), {"unit": "percent", "min": 0, "max": 100, "thresholds": steps(("green", None), ("orange", 60), ("red", 75))},
                {**line, "thresholdsStyle": {"mode": "line+area"}, "lineWidth": 2})
    yield panel("timeseries", "Coloured by thresholds", one(3), charted("hidden"), {"color": scheme("thresholds"), "thresholds": steps(("blue", None), ("purple", 55), ("red", 70))},
                {**line, "gradientMode": "scheme", "lineWidth": 3, "fillOpacity": 30})
    yield panel("timeseries", "Coloured by value", one(7), charted("hidden"), {"color": scheme("continuous-BlYlRd")}, {**line, "gradientMode": "scheme", "lineWidth": 3, "fillOpacity": 40})
    yield panel("timeseries", "Two axes", [series("temperature", wave(N, 21, 4, 1, seed=2, rough=0.4)), series("humidity", wave(N, 55, 12, 1.5, 0.3, seed=4, rough=2))],
                charted(), {"unit": "celsius"}, {**line, "lineWidth": 2, "axisLabel": "Temperature"},
                [{"matcher": {"id": "byName", "options": "humidity"}, "properties": [{"id": "unit", "value": "percent"}, {"id": "custom.axisPlacement", "value": "right"},
                 {"id": "custom.axisLabel", "value": "Humidity"}, {"id": "custom.axisColorMode", "value": "series"}, {"id": "custom.axisBorderShow", "value": True}]}])
    yield panel("timeseries", "Logarithmic axis", requests, charted("hidden"), {"unit": "reqps"}, {**line, "lineWidth": 2, "scaleDistribution": {"type": "log", "log": 10}, "fillOpacity": 10})
    yield panel("timeseries", "Band between two series", [series("p90", [v + 18 for v in load(2, 50)]), series("p50", load(2, 50)), series("p10", [v - 15 for v in load(2, 50)])], charted(), {"unit": "ms"}, line,
                [custom_override("p90", fillBelowTo="p10", lineWidth=0, fillOpacity=30), custom_override("p10", lineWidth=0)])
    yield panel("timeseries", "Gaps, and gaps closed", [series("open", gaps), series("closed", [None if v is None else v + 40 for v in gaps])], charted(), None, {**line, "lineWidth": 2}, [custom_override("closed", spanNulls=True)])
    yield panel("timeseries", "Annotations and regions", [*one(5), marks((60, None, "Deploy 4.2", "#5794F2"), (150, 210, "Incident", "#F2495C"), (300, None, "Deploy 4.3", "#73BF69"))], charted("hidden"), None, {**line, "fillOpacity": 10})
    yield panel("timeseries", "Legend as a table", three(), charted("table", "bottom", ["min", "max", "mean", "lastNotNull"]), {"unit": "percent", "decimals": 1}, line, size=(12, 9))
    yield panel("timeseries", "Legend on the right", three(), charted("table", "right", ["mean", "max"], ), {"unit": "percent"}, {**line, "fillOpacity": 10}, size=(12, 9))


def stat():
    one = lambda seed=1, mean=60: [series("load", load(seed, mean))]
    last = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    base = {"reduceOptions": last, "orientation": "auto", "textMode": "auto", "colorMode": "value", "graphMode": "area", "justifyMode": "auto", "wideLayout": True, "percentChangeColorMode": "standard"}
    levels = steps(("green", None), ("orange", 45), ("red", 70))
    small = (6, 5)
    yield panel("stat", "Value with a sparkline", one(), base, {"unit": "percent", "thresholds": levels}, size=small)
    yield panel("stat", "Background", one(2, 50), {**base, "colorMode": "background"}, {"unit": "percent", "thresholds": levels}, size=small)
    yield panel("stat", "Solid background, no sparkline", one(8, 90), {**base, "colorMode": "background_solid", "graphMode": "none"}, {"unit": "percent", "thresholds": levels}, size=small)
    yield panel("stat", "No colour", [series("uptime", [1_234_567 + 300 * i for i in range(N)])], {**base, "colorMode": "none"}, {"unit": "s"}, size=small)
    yield panel("stat", "Percent change", one(4), {**base, "showPercentChange": True}, {"unit": "short", "decimals": 1}, size=small)
    yield panel("stat", "Centred", one(5), {**base, "justifyMode": "center"}, {"unit": "bytes", "color": scheme("fixed", "purple")}, size=small)
    yield panel("stat", "Value and name", three(), {**base, "textMode": "value_and_name"}, {"unit": "percent", "thresholds": levels}, size=(12, 5))
    yield panel("stat", "Stacked rows", three(), {**base, "orientation": "horizontal"}, {"unit": "percent", "color": scheme("palette-classic")}, size=(6, 8))
    yield panel("stat", "Names only", three(), {**base, "textMode": "name", "colorMode": "background", "orientation": "horizontal"}, {"thresholds": levels}, size=(6, 8))
    mapped = [{"type": "value", "options": {"1": {"text": "Up", "color": "green", "index": 0}, "0": {"text": "Down", "color": "red", "index": 1}}}]
    yield panel("stat", "Mapped values", [series("api", [1] * N), series("database", [0] * N)], {**base, "colorMode": "background", "graphMode": "none"}, {"mappings": mapped}, size=(6, 8))
    yield panel("stat", "All values, fitted text", [frame([("city", "string", ["Lisbon", "Oslo", "Zürich", "Quito"]), ("degrees", "number", [24.3, 11.8, 17.1, 19.6])])],
                {**base, "reduceOptions": {"values": True, "calcs": [], "fields": ""}, "graphMode": "none", "text": {"titleSize": 14, "valueSize": 26}}, {"unit": "celsius", "color": scheme("continuous-BlPu"), "min": 5, "max": 30}, size=(6, 8))


def gauge():
    levels = steps(("green", None), ("orange", 60), ("red", 80))
    last = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "orientation": "auto", "showThresholdLabels": False, "showThresholdMarkers": True}
    value = lambda v, name="load": [series(name, [v] * 3)]
    percent = {"unit": "percent", "min": 0, "max": 100, "thresholds": levels}
    new = {**last, "shape": "circle", "barWidthFactor": 0.5, "barShape": "flat", "segmentCount": 1, "segmentSpacing": 0.3, "effects": {"barGlow": False, "centerGlow": False, "gradient": False}, "endpointMarker": "point", "sparkline": False, "textMode": "auto"}
    many = [series(n, [v] * 3) for n, v in [("alpha", 32), ("beta", 67), ("gamma", 91)]]
    yield panel("gauge", "Arc", value(52), {**last, "shape": "gauge", "barShape": "flat"}, percent)
    yield panel("gauge", "Arc with threshold labels", value(84), {**new, "shape": "gauge", "showThresholdLabels": True}, percent)
    yield panel("gauge", "Several", many, {**new, "shape": "gauge"}, percent)
    yield panel("gauge", "Circle", value(68), new, percent)
    yield panel("gauge", "Circle, segments", value(68), {**new, "segmentCount": 40}, percent)
    yield panel("gauge", "Circle, rounded and thick", value(41), {**new, "barShape": "rounded", "barWidthFactor": 0.8}, percent)
    yield panel("gauge", "Gradient of a scheme", value(73), {**new, "effects": {"gradient": True, "barGlow": False, "centerGlow": False}}, {**percent, "color": scheme("continuous-GrYlRd")})
    yield panel("gauge", "With a sparkline", [series("load", load(2, 60))], {**new, "sparkline": True}, percent)
    yield panel("gauge", "Negative range", value(-12), {**new, "shape": "gauge"}, {"unit": "celsius", "min": -30, "max": 30, "thresholds": steps(("blue", None), ("green", 0), ("red", 20))})


def bargauge():
    names = ["sda1", "sdb1", "sdc1", "sdd1"]
    disks = [series(n, [v] * 3) for n, v in zip(names, [34, 58, 77, 93])]
    base = {"displayMode": "gradient", "orientation": "horizontal", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "showUnfilled": True, "valueMode": "color",
            "namePlacement": "auto", "sizing": "auto", "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 300, "legend": {**legend("list"), "showLegend": False}}
    percent = {"unit": "percent", "min": 0, "max": 100, "thresholds": steps(("green", None), ("orange", 60), ("red", 80))}
    yield panel("bargauge", "Gradient", disks, base, percent)
    yield panel("bargauge", "Basic", disks, {**base, "displayMode": "basic"}, percent)
    yield panel("bargauge", "Retro LCD", disks, {**base, "displayMode": "lcd"}, percent)
    yield panel("bargauge", "Vertical", disks, {**base, "orientation": "vertical"}, percent)
    yield panel("bargauge", "Vertical LCD", disks, {**base, "orientation": "vertical", "displayMode": "lcd"}, percent)
    yield panel("bargauge", "Continuous colours", disks, {**base, "orientation": "vertical", "displayMode": "gradient"}, {**percent, "color": scheme("continuous-BlYlRd")})
    yield panel("bargauge", "Names on the left, no rest", disks, {**base, "namePlacement": "left", "showUnfilled": False, "displayMode": "basic"}, percent)
    yield panel("bargauge", "Plain values", disks, {**base, "valueMode": "text"}, {**percent, "color": scheme("palette-classic")})
    yield panel("bargauge", "Hidden values, thin bars", disks, {**base, "valueMode": "hidden", "sizing": "manual", "maxVizHeight": 20}, percent)


def sample_table():
    return frame([
        ("Service", "string", ["checkout", "search", "profile", "billing", "mail", "images"]),
        ("State", "string", ["ok", "ok", "degraded", "down", "ok", "degraded"]),
        ("Load", "number", [35.2, 61.8, 78.4, 12.1, 45.9, 88.3]),
        ("Errors", "number", [2, 0, 14, 120, 1, 31]),
        ("Memory", "number", [2.1e9, 8.4e9, 4.7e9, 1.2e9, 3.3e9, 6.9e9]),
        ("Deployed", "time", [T0 - HOUR * h for h in [4, 30, 52, 7, 200, 11]]),
    ])


def table():
    states = [{"type": "value", "options": {"ok": {"text": "OK", "color": "green", "index": 0}, "degraded": {"text": "Degraded", "color": "orange", "index": 1}, "down": {"text": "Down", "color": "red", "index": 2}}}]
    base = {"showHeader": True, "cellHeight": "sm"}
    cell = lambda kind, **more: {"type": kind, **more}
    levels = steps(("green", None), ("orange", 50), ("red", 75))
    def styled(name, cell_options, **more):
        return {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "custom.cellOptions", "value": cell_options}, *[{"id": k.replace("__", "."), "value": v} for k, v in more.items()]]}
    units = [override("Memory", unit="bytes"), override("Load", unit="percent")]
    yield panel("table", "Plain, sorted, with links and units", [sample_table()], {**base, "sortBy": [{"displayName": "Errors", "desc": True}]}, None, None,
                [*units, override("Service", links=[{"title": "Runbook", "url": "https://example.org/${__value.raw}"}])], size=(24, 8))
    yield panel("table", "Coloured text and backgrounds", [sample_table()], base, {"thresholds": levels}, None,
                [*units, styled("State", cell("color-background", mode="basic"), mappings=states), styled("Load", cell("color-background", mode="gradient"), color=scheme("continuous-GrYlRd"), min=0, max=100),
                 styled("Errors", cell("color-text"), thresholds=steps(("green", None), ("orange", 10), ("red", 100)))], size=(24, 8))
    yield panel("table", "Gauges in cells", [sample_table()], base, {"thresholds": levels, "min": 0, "max": 100}, None,
                [*units, styled("Load", cell("gauge", mode="gradient", valueDisplayMode="color")), styled("Errors", cell("gauge", mode="lcd"), max=120), styled("Memory", cell("gauge", mode="basic", valueDisplayMode="text"), max=1e10, color=scheme("fixed", "blue"))], size=(24, 8))
    yield panel("table", "Sparklines", three(), base, {"unit": "percent"}, None,
                [{"matcher": {"id": "byName", "options": "Trend #A"}, "properties": [{"id": "custom.cellOptions", "value": cell("sparkline", hideValue=False, lineWidth=2, fillOpacity=20, gradientMode="opacity", lineInterpolation="smooth", drawStyle="line")}]}],
                size=(12, 7), transformations=[{"id": "timeSeriesTable", "options": {}}])
    rich = frame([("Name", "string", ["Ada", "Grace", "Linus"]), ("Tags", "string", ["[\"math\", \"notes\"]", "[\"compiler\", \"navy\", \"cobol\"]", "[\"kernel\"]"]), ("Note", "string", ["**bold** and `code`", "a [link](https://example.org)", "*plain*"]),
                  ("Raw", "other", [{"id": 1}, {"id": 2, "ok": True}, {"id": 3}])])
    yield panel("table", "Pills, Markdown and JSON", [rich], base, None, None, [styled("Tags", cell("pill")), styled("Note", cell("markdown")), styled("Raw", cell("json-view"))], size=(12, 7))
    footer = {"footer": {"reducers": ["sum"]}}
    yield panel("table", "Footer, alignment and widths", [sample_table()], base, None, {"align": "center"},
                [*units, custom_override("Service", width=160, align="left"), custom_override("Errors", **footer), custom_override("Memory", **footer), custom_override("Deployed", hidden=True)], size=(12, 9))
    long = frame([("Time", "time", [T0 + HOUR * i for i in range(3)]), ("Message", "string", ["A message that is much too long for its column wraps onto the next lines, as the option says, and its row grows with it.", "Short.", "Two lines of words here, perhaps three."])])
    yield panel("table", "Wrapped text, tall rows", [long], {**base, "cellHeight": "lg"}, None, {"cellOptions": {"type": "auto", "wrapText": True}}, [custom_override("Time", width=170)], size=(12, 9))


def text_panels():
    markdown = """# Heading
Some **bold**, *italic*, ~~struck~~ and `code`, and a [link](https://example.org).

- one
- two
  1. inner
  2. list

> A quotation.

| Left | Centre | Right |
|:-----|:------:|------:|
| a    |   b    |   1.5 |
| c    |   d    |  20.0 |
"""
    html = """<h2 style="color: #5794F2; text-align: center">HTML</h2>
<p>A paragraph with <b>bold</b>, <i>italic</i>, <u>underlined</u> and <span style="color: #F2495C">coloured</span> words.</p>
<ul><li>first</li><li>second</li></ul>
<table><tr><th>Key</th><th>Value</th></tr><tr><td>answer</td><td>42</td></tr></table>"""
    code = """{
  "name": "broadsheet",
  "prints": ["pdf", "png", "csv"],
  "browser": null
}"""
    yield panel("text", "Markdown", None, {"mode": "markdown", "content": markdown}, size=(8, 12))
    yield panel("text", "HTML", None, {"mode": "html", "content": html}, size=(8, 12))
    yield panel("text", "Code", None, {"mode": "code", "content": code, "code": {"language": "json", "showLineNumbers": True, "showMiniMap": False}}, size=(8, 12))


def piechart():
    parts = [series(n, [v] * 3) for n, v in [("Direct", 41), ("Search", 33), ("Mail", 14), ("Partners", 9), ("Other", 3)]]
    base = {"pieType": "pie", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "displayLabels": [], "legend": {**legend("list", "right"), "values": []}, "tooltip": {"mode": "single"}, "sort": "desc"}
    table_legend = {**legend("table", "right"), "values": ["value", "percent"]}
    yield panel("piechart", "Pie", parts, base)
    yield panel("piechart", "Donut with labels", parts, {**base, "pieType": "donut", "displayLabels": ["percent"]})
    yield panel("piechart", "Names and values", parts, {**base, "displayLabels": ["name", "value"], "legend": {**legend("hidden"), "values": []}})
    yield panel("piechart", "Legend as a table", parts, {**base, "legend": table_legend}, {"unit": "short"})
    yield panel("piechart", "Legend below", parts, {**base, "pieType": "donut", "legend": {**legend("list"), "values": ["percent"]}})
    yield panel("piechart", "One colour's shades", parts, {**base, "sort": "asc"}, {"color": scheme("shades", "semi-dark-blue")})


def barchart():
    sales = frame([("City", "string", ["Lisbon", "Oslo", "Zürich", "Quito", "Osaka"]), ("2024", "number", [41, 28, 55, 19, 37]), ("2025", "number", [46, 33, 51, 27, 44]), ("2026", "number", [52, 31, 60, 30, 49])])
    base = charted(orientation="auto", xTickLabelRotation=0, xTickLabelSpacing=0, showValue="auto", stacking="none", groupWidth=0.7, barWidth=0.97, barRadius=0, fullHighlight=False)
    custom = {"fillOpacity": 80, "lineWidth": 1, "gradientMode": "none"}
    one = frame([("Day", "string", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]), ("orders", "number", [120, 132, 101, 134, 190, 230, 210])])
    yield panel("barchart", "Groups", [sales], base, None, custom)
    yield panel("barchart", "Stacked", [sales], {**base, "stacking": "normal"}, None, custom)
    yield panel("barchart", "Stacked to 100 %", [sales], {**base, "stacking": "percent"}, None, custom)
    yield panel("barchart", "Horizontal, values always", [one], {**base, "orientation": "horizontal", "showValue": "always", "legend": legend("hidden")}, None, {**custom, "gradientMode": "hue"})
    yield panel("barchart", "Rounded, thresholds", [one], {**base, "barRadius": 0.4, "showValue": "never", "legend": legend("hidden")}, {"color": scheme("thresholds"), "thresholds": steps(("green", None), ("orange", 150), ("red", 200))}, custom)
    yield panel("barchart", "Turned labels, coloured by value", [one], {**base, "xTickLabelRotation": -45, "legend": legend("hidden"), "showValue": "never"}, {"color": scheme("continuous-BlPu")}, {**custom, "gradientMode": "scheme"})


def heatmap():
    rows = 10
    ramp = [round(100 * math.exp(-((b - 4 - 3 * math.sin(i / 9)) ** 2) / 5)) for b in range(rows) for i in range(49)]
    times_49 = times(49)
    edges = ["0.1", "0.25", "0.5", "1", "2.5", "5", "10", "25", "50", "+Inf"]
    buckets = frame([("Time", "time", times_49), *[(e, "number", ramp[b * 49:(b + 1) * 49]) for b, e in enumerate(edges)]], meta={"type": "heatmap-rows"})
    base = {"calculate": False, "cellGap": 1, "cellValues": {}, "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5, "reverse": False, "scale": "exponential", "fill": "dark-orange"},
            "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9}, "legend": {"show": True}, "rowsFrame": {"layout": "auto"}, "showValue": "never", "tooltip": {"mode": "single"}, "yAxis": {"axisPlacement": "left", "reverse": False}}
    color = lambda **more: {"color": {**base["color"], **more}}
    raw = [series(f"s{s}", wave(181, 50, 20, 2 + s / 3, s / 5, seed=s, rough=12)) for s in range(1, 9)]
    yield panel("heatmap", "Buckets, Oranges", [buckets], {**base, "yAxis": {**base["yAxis"], "unit": "s"}})
    yield panel("heatmap", "Spectral, reversed", [buckets], {**base, **color(scheme="Spectral", reverse=True, steps=128)})
    yield panel("heatmap", "Opacity of one colour", [buckets], {**base, **color(mode="opacity", fill="semi-dark-purple", scale="linear")})
    calculated = {"calculate": True, "calculation": {"xBuckets": {"mode": "count", "value": "36"}, "yBuckets": {"mode": "count", "value": "16"}}}
    yield panel("heatmap", "Calculated from series", raw, {**base, **calculated, **color(scheme="Viridis", steps=32)})
    yield panel("heatmap", "No legend, wide gaps", raw, {**base, **calculated, "cellGap": 3, "legend": {"show": False}, **color(scheme="Turbo")})
    yield panel("heatmap", "Axis on the right, from 0", raw, {**base, **calculated, "yAxis": {"axisPlacement": "right", "reverse": False, "min": "0", "max": "100", "unit": "percent"}, **color(scheme="Blues")})


def histogram():
    source = noise(11)
    bell = [round(50 + 12 * sum(next(source) for _ in range(6)), 2) for _ in range(400)]
    wide = [round(65 + 16 * sum(next(source) for _ in range(6)), 2) for _ in range(400)]
    latency = frame([("alpha", "number", bell), ("beta", "number", wide)])
    base = charted()
    custom = {"fillOpacity": 70, "lineWidth": 1, "gradientMode": "none"}
    yield panel("histogram", "Two series", [latency], base, {"unit": "ms"}, custom)
    yield panel("histogram", "Combined", [latency], {**base, "combine": True}, {"unit": "ms"}, {**custom, "gradientMode": "hue"})
    yield panel("histogram", "Buckets of 20, stacked", [latency], {**base, "bucketSize": 20}, {"unit": "ms"}, {**custom, "stacking": {"mode": "normal", "group": "A"}})


def states():
    at = [T0 + int(m * MINUTE) for m in (0, 40, 75, 130, 180, 220, 290, 330)]
    return frame([("Time", "time", at), ("web", "string", ["ok", "ok", "slow", "slow", "ok", "ok", "down", "ok"]), ("queue", "string", ["ok", "slow", "down", "down", "slow", "ok", "ok", "ok"]),
                  ("database", "string", ["ok", "ok", "ok", None, None, "ok", "slow", "ok"])])


STATES = [{"type": "value", "options": {"ok": {"text": "OK", "color": "green", "index": 0}, "slow": {"text": "Slow", "color": "orange", "index": 1}, "down": {"text": "Down", "color": "red", "index": 2}}}]


def state_timeline():
    base = charted(mergeValues=True, showValue="auto", alignValue="left", rowHeight=0.9)
    custom = {"fillOpacity": 70, "lineWidth": 0}
    numbers = [series(n, walk(s, 13, 40, 25, 0, 100, 0)) for n, s in [("alpha", 3), ("beta", 8)]]
    yield panel("state-timeline", "States", [states()], base, {"mappings": STATES}, custom, size=(12, 8))
    yield panel("state-timeline", "Centred values, lines, thin rows", [states()], {**base, "alignValue": "center", "rowHeight": 0.5}, {"mappings": STATES}, {"fillOpacity": 40, "lineWidth": 2}, size=(12, 8))
    yield panel("state-timeline", "Numbers by thresholds", numbers, base, {"color": scheme("thresholds"), "thresholds": steps(("green", None), ("orange", 40), ("red", 70))}, custom, size=(12, 8))
    yield panel("state-timeline", "Numbers by a scheme, no values", numbers, {**base, "showValue": "never", "mergeValues": False}, {"color": scheme("continuous-GrYlRd"), "min": 0, "max": 100}, custom, size=(12, 8))


def status_history():
    base = charted(showValue="auto", rowHeight=0.9, colWidth=0.9)
    custom = {"fillOpacity": 70, "lineWidth": 1}
    loads = [series(n, walk(s, 13, 50, 22, 0, 100, 0)) for n, s in [("alpha", 1), ("beta", 2), ("gamma", 3)]]
    many = [series(f"node {s}", walk(s, 49, 50, 18, 0, 100, 0)) for s in range(1, 7)]
    yield panel("status-history", "Values", loads, base, {"color": scheme("thresholds"), "thresholds": steps(("green", None), ("orange", 50), ("red", 75))}, custom, size=(12, 8))
    yield panel("status-history", "Continuous, no values", many, {**base, "showValue": "never"}, {"color": scheme("continuous-BlYlRd"), "min": 0, "max": 100}, {"fillOpacity": 90, "lineWidth": 0}, size=(12, 8))
    yield panel("status-history", "Mapped states", [states()], base, {"mappings": STATES}, custom, size=(12, 7))
    yield panel("status-history", "Narrow columns", loads, {**base, "colWidth": 0.5, "rowHeight": 0.6, "showValue": "never"}, {"color": scheme("continuous-GrYlRd"), "min": 0, "max": 100}, custom, size=(12, 7))


def logs():
    lines = [
        ("info", "level=info msg=\"listening\" addr=:3080"), ("debug", "level=debug msg=\"cache warmed\" entries=1832 took=41ms"), ("info", "level=info msg=\"GET /api/orders 200\" took=12ms"),
        ("warn", "level=warn msg=\"slow query\" took=2.31s rows=18403"), ("error", "level=error msg=\"payment failed\" err=\"card declined\" order=1841"),
        ("info", "level=info msg=\"GET /api/orders 200\" took=11ms"), ("info", "{\"level\":\"info\",\"msg\":\"job done\",\"job\":\"nightly\",\"rows\":1200}"), ("critical", "level=critical msg=\"disk full\" mount=/var"),
    ]
    at = [T0 + i * 47_000 for i in range(len(lines))]
    data = frame([("timestamp", "time", at), ("body", "string", [line for _, line in lines]), ("severity", "string", [level for level, _ in lines]), ("id", "string", [str(i) for i in range(len(lines))])], meta={"type": "log-lines"})
    base = {"showTime": True, "showLabels": False, "showCommonLabels": False, "wrapLogMessage": False, "prettifyLogMessage": False, "enableLogDetails": False, "dedupStrategy": "none", "sortOrder": "Descending"}
    yield panel("logs", "Times and levels", [data], base, size=(24, 8))
    yield panel("logs", "Wrapped, ascending", [data], {**base, "wrapLogMessage": True, "sortOrder": "Ascending"}, size=(12, 14))
    yield panel("logs", "Prettified, no times", [data], {**base, "prettifyLogMessage": True, "wrapLogMessage": True, "showTime": False}, size=(12, 14))


def candlestick():
    source, price, columns = noise(21), 100.0, [[], [], [], [], []]
    for _ in range(48):
        open_ = price
        price += 3 * next(source)
        high, low = max(open_, price) + 1.5 * abs(next(source)), min(open_, price) - 1.5 * abs(next(source))
        for column, value in zip(columns, (open_, high, low, price, 900 + 700 * abs(next(source)))):
            column.append(round(value, 2))
    data = frame([("time", "time", times(48)), *[(n, "number", c) for n, c in zip(("open", "high", "low", "close", "volume"), columns)]])
    base = charted(mode="candles+volume", candleStyle="candles", colorStrategy="open-close", colors={"up": "green", "down": "red"}, includeAllFields=False)
    yield panel("candlestick", "Candles and volume", [data], base, size=(12, 9))
    yield panel("candlestick", "OHLC bars", [data], {**base, "mode": "candles", "candleStyle": "ohlcbars"}, {"unit": "currencyEUR"}, size=(12, 9))
    yield panel("candlestick", "Own colours, against the last close", [data], {**base, "mode": "candles", "colorStrategy": "close-close", "colors": {"up": "blue", "down": "orange"}}, size=(12, 9))


def trend():
    x = list(range(0, 101, 2))
    curve = frame([("rpm", "number", [v * 60 for v in x]), ("power", "number", [round(150 * math.sin(v / 100 * 2.4) ** 1.2, 1) for v in x]), ("torque", "number", [round(200 + 120 * math.sin(v / 100 * 3), 1) for v in x])])
    line = {"drawStyle": "line", "lineWidth": 2, "showPoints": "never", "fillOpacity": 10, "lineInterpolation": "smooth"}
    yield panel("trend", "Power and torque", [curve], charted(xField="rpm"), None, line, [{"matcher": {"id": "byName", "options": "torque"}, "properties": [{"id": "unit", "value": "short"}, {"id": "custom.axisPlacement", "value": "right"}, {"id": "custom.axisLabel", "value": "Nm"}]},
                {"matcher": {"id": "byName", "options": "rpm"}, "properties": [{"id": "unit", "value": "rotrpm"}]}], size=(12, 9))
    yield panel("trend", "Points", [curve], charted("table", "right", ["max"], xField="rpm"), None, {**line, "showPoints": "always", "pointSize": 5, "lineWidth": 0, "fillOpacity": 0}, size=(12, 9))


def xychart():
    source = noise(5)
    def cloud(mx, my, n=60):
        return [(round(mx + 12 * (next(source) + next(source)), 1), round(my + 9 * (next(source) + next(source)), 1)) for _ in range(n)]
    a, b = cloud(40, 60), cloud(65, 35)
    first = frame([("width", "number", [p[0] for p in a]), ("height", "number", [p[1] for p in a]), ("weight", "number", [round(5 + 20 * abs(next(source)), 1) for _ in a])], name="oak")
    second = frame([("width", "number", [p[0] for p in b]), ("height", "number", [p[1] for p in b]), ("weight", "number", [round(5 + 20 * abs(next(source)), 1) for _ in b])], name="pine", ref="B")
    axis = lambda name: {"matcher": {"id": "byName", "options": name}}
    def mapped(size=False, color=False):
        one = lambda index: {"frame": {"matcher": {"id": "byIndex", "options": index}}, "x": axis("width"), "y": axis("height"), **({"size": axis("weight")} if size else {}), **({"color": axis("weight")} if color else {})}
        return [one(0), one(1)]
    custom = {"show": "points", "pointSize": {"fixed": 6}, "pointShape": "circle", "pointStrokeWidth": 1, "fillOpacity": 50}
    yield panel("xychart", "Points of two frames", [first, second], charted(mapping="manual", series=mapped()), None, custom, size=(12, 9))
    yield panel("xychart", "Size by a field", [first, second], charted(mapping="manual", series=mapped(size=True)), None, {**custom, "pointSize": {"min": 3, "max": 24}}, size=(12, 9))
    yield panel("xychart", "Colour by a field", [first], charted(mapping="manual", series=mapped(color=True)[:1]), {"color": scheme("continuous-BlYlRd")}, {**custom, "pointSize": {"fixed": 9}, "pointShape": "square"}, size=(12, 9))
    turn = [i / 40 * 2 * math.pi for i in range(41)]
    curve = frame([("x", "number", [round(math.sin(3 * t), 4) for t in turn]), ("y", "number", [round(math.sin(2 * t), 4) for t in turn])])
    yield panel("xychart", "Lines", [curve], charted("hidden", mapping="auto", series=[{"frame": {"matcher": {"id": "byIndex", "options": 0}}}]), None, {**custom, "show": "points+lines", "lineWidth": 2}, size=(12, 9))


def node_graph():
    names = ["gateway", "orders", "payments", "stock", "mail", "database"]
    nodes = frame([("id", "string", [str(i) for i in range(6)]), ("title", "string", names), ("subtitle", "string", ["eu-1", "eu-1", "eu-2", "eu-1", "eu-2", "eu-1"]),
                   ("mainstat", "number", [120, 86, 40, 52, 12, 210], None, {"unit": "reqps"}), ("secondarystat", "number", [12, 31, 84, 22, 9, 4], None, {"unit": "ms"}),
                   ("arc__ok", "number", [0.97, 0.9, 0.75, 1, 1, 0.99], None, {"color": {"mode": "fixed", "fixedColor": "green"}}), ("arc__failed", "number", [0.03, 0.1, 0.25, 0, 0, 0.01], None, {"color": {"mode": "fixed", "fixedColor": "red"}})], name="nodes",
                  meta={"preferredVisualisationType": "nodeGraph"})
    links = [(0, 1, 80), (0, 3, 40), (1, 2, 40), (1, 3, 30), (1, 4, 12), (2, 5, 40), (3, 5, 70)]
    edges = frame([("id", "string", [f"{a}-{b}" for a, b, _ in links]), ("source", "string", [str(a) for a, _, _ in links]), ("target", "string", [str(b) for _, b, _ in links]), ("mainstat", "number", [v for _, _, v in links], None, {"unit": "reqps"})],
                  name="edges", ref="B", meta={"preferredVisualisationType": "nodeGraph"})
    yield panel("nodeGraph", "Services", [nodes, edges], {"zoomMode": "cooperative", "layoutAlgorithm": "layered"}, size=(12, 12))
    yield panel("nodeGraph", "As a grid", [nodes, edges], {"zoomMode": "cooperative", "layoutAlgorithm": "grid"}, size=(12, 12))


def traces():
    spans = [("a", None, "GET /checkout", "shop", 0, 420), ("b", "a", "auth", "accounts", 12, 60), ("c", "a", "load cart", "shop", 80, 110), ("d", "c", "SELECT cart", "database", 90, 70), ("e", "a", "pay", "payments", 200, 190), ("f", "e", "POST card", "bank", 215, 150), ("g", "a", "send mail", "mail", 395, 20)]
    column = lambda i: [s[i] for s in spans]
    data = frame([("traceID", "string", ["4bf92f35"] * 7), ("spanID", "string", column(0)), ("parentSpanID", "string", column(1)), ("operationName", "string", column(2)), ("serviceName", "string", column(3)),
                  ("startTime", "number", [T0 + s[4] for s in spans]), ("duration", "number", column(5))], meta={"preferredVisualisationType": "trace"})
    yield panel("traces", "One request", [data], size=(24, 10))


def flamegraph():
    rows = [(0, "total", 1000, 0), (1, "main", 960, 10), (2, "serve", 700, 20), (3, "handle", 660, 30), (4, "parse", 160, 160), (4, "query", 300, 90), (5, "encode", 90, 90), (5, "wait", 120, 120), (4, "render", 170, 170),
            (2, "schedule", 240, 60), (3, "sleep", 120, 120), (3, "collect", 60, 60), (1, "runtime", 30, 30)]
    column = lambda i: [r[i] for r in rows]
    data = frame([("level", "number", column(0)), ("label", "string", column(1)), ("value", "number", column(2), None, {"unit": "short"}), ("self", "number", column(3), None, {"unit": "short"})], meta={"preferredVisualisationType": "flamegraph"})
    yield panel("flamegraph", "CPU profile", [data], size=(24, 12))


def geomap():
    cities = frame([("city", "string", ["Lisbon", "Oslo", "Zürich", "Athens", "Warsaw", "Dublin"]), ("latitude", "number", [38.7, 59.9, 47.4, 38.0, 52.2, 53.3]), ("longitude", "number", [-9.1, 10.8, 8.5, 23.7, 21.0, -6.3]), ("visits", "number", [420, 260, 610, 340, 500, 280])])
    view = {"id": "coords", "lat": 47, "lon": 6, "zoom": 3.4, "allLayers": True}
    place = {"mode": "coords", "latitude": "latitude", "longitude": "longitude"}
    base = {"basemap": {"type": "xyz", "name": "none", "config": {}}, "controls": {"showZoom": False, "mouseWheelZoom": False, "showAttribution": False, "showScale": False, "showMeasure": False, "showDebug": False}, "view": view, "tooltip": {"mode": "details"}}
    style = {"size": {"field": "visits", "fixed": 5, "min": 4, "max": 22}, "color": {"field": "visits", "fixed": "dark-green"}, "opacity": 0.6, "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"}, "rotation": {"fixed": 0, "max": 360, "min": -360, "mode": "mod"},
             "text": {"mode": "field", "field": "city", "fixed": ""}, "textConfig": {"fontSize": 12, "textAlign": "center", "textBaseline": "middle", "offsetX": 0, "offsetY": 18}, "symbolAlign": {"horizontal": "center", "vertical": "center"}}
    layer = lambda kind, config, name: {"type": kind, "name": name, "config": config, "location": place, "tooltip": True}
    color = {"color": scheme("continuous-BlYlRd")}
    yield panel("geomap", "Markers", [cities], {**base, "layers": [layer("markers", {"style": style, "showLegend": True}, "Visits")]}, color, size=(12, 12))
    yield panel("geomap", "Heat", [cities], {**base, "layers": [layer("heatmap", {"weight": {"field": "visits", "fixed": 1, "min": 0, "max": 1}, "blur": 15, "radius": 25}, "Heat")]}, color, size=(12, 12))


def canvas():
    data = [series("requests", load(3, 90)), series("errors", load(8, 4))]
    def element(kind, name, left, top, width, height, config, background=None, border=None, **more):
        saved = {"type": kind, "name": name, "config": config, "background": {"color": {"fixed": background or "transparent"}}, "border": {"color": {"fixed": border or "dark-green"}, "width": 1 if border else 0},
                 "constraint": {"horizontal": "left", "vertical": "top"}, "placement": {"left": left, "top": top, "width": width, "height": height, "rotation": 0}}
        return {**saved, **more}
    words = lambda text, size=16: {"align": "center", "valign": "middle", "size": size, "color": {"fixed": "text"}, "text": {"mode": "fixed", "fixed": text}}
    metric = lambda field, size=24: {"align": "center", "valign": "middle", "size": size, "color": {"fixed": "text"}, "text": {"mode": "field", "field": field, "fixed": ""}}
    arrow = lambda target: [{"source": {"x": 1, "y": 0}, "target": {"x": -1, "y": 0}, "targetName": target, "color": {"fixed": "blue"}, "size": {"fixed": 2, "min": 1, "max": 10}, "path": "straight"}]
    elements = [element("rectangle", "users", 40, 60, 140, 70, words("Users"), "rgba(87,148,242,0.25)", "blue", connections=arrow("gateway")),
                element("ellipse", "gateway", 290, 50, 170, 90, words("Gateway"), "rgba(115,191,105,0.3)", "green", connections=arrow("shop")),
                element("rectangle", "shop", 580, 60, 140, 70, words("Shop"), "rgba(255,152,48,0.25)", "orange"),
                element("metric-value", "rate", 290, 180, 170, 50, metric("requests")), element("metric-value", "failed", 580, 180, 140, 50, metric("errors")),
                element("text", "caption", 40, 180, 200, 50, words("requests and errors a minute", 13))]
    options = {"inlineEditing": False, "showAdvancedTypes": True, "panZoom": False, "infinitePan": False, "zoomToContent": False, "root": {"type": "frame", "name": "root", "elements": elements, "background": {"color": {"fixed": "transparent"}}, "constraint": {"horizontal": "left", "vertical": "top"}, "placement": {"left": 0, "top": 0, "width": 100, "height": 100}}}
    yield panel("canvas", "From users to the shop", data, options, {"decimals": 0}, size=(24, 9))


def datagrid():
    sheet = frame([("Item", "string", ["bolts", "nuts", "washers"]), ("Count", "number", [1200, 950, 4000]), ("Price", "number", [0.12, 0.08, 0.02])])
    yield panel("datagrid", "Datagrid", [sheet], {"selectedSeries": 0}, size=(12, 7))


README = """# Gallery

Every panel type that Broadsheet draws, with its main options. No browser and no Grafana took part: each dashboard below holds its own data, and

```
cargo xtask gallery        # broadsheet render --file docs/gallery/stat.json --theme dark --width 1200 --output stat-dark.png, for all of them
```

draws them (the pictures are then made smaller with a palette of 256 colours; on PDF pages everything is vectors). The same files open in
Grafana ("Dashboards" → "New" → "Import"), to see both side by side. `generate.py` writes the files, and this page.

Not here, for they show what a Grafana has in store: lists of dashboards, of alerts and of annotations. News feeds are never fetched.
[What differs from Grafana](../../UNSUPPORTED.md), [how closeness is measured](../fidelity.md).
"""


def write_readme(entries):
    page = README
    for uid, title, panels in entries:
        names = "; ".join(one["title"] for one in panels)
        page += f"\n## {title}\n\n{names}. [{uid}.json]({uid}.json), [dark]({uid}-dark.png)\n\n![{title}]({uid}-light.png)\n"
    (FOLDER / "README.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    gallery = [
        ("timeseries", "Time series", timeseries), ("stat", "Stat", stat), ("gauge", "Gauge", gauge), ("bargauge", "Bar gauge", bargauge), ("table", "Table", table), ("text", "Text", text_panels), ("piechart", "Pie chart", piechart),
        ("barchart", "Bar chart", barchart), ("heatmap", "Heatmap", heatmap), ("histogram", "Histogram", histogram), ("state-timeline", "State timeline", state_timeline), ("status-history", "Status history", status_history),
        ("logs", "Logs", logs), ("candlestick", "Candlestick", candlestick), ("trend", "Trend", trend), ("xychart", "XY chart", xychart), ("nodegraph", "Node graph", node_graph), ("traces", "Traces", traces),
        ("flamegraph", "Flame graph", flamegraph), ("geomap", "Geomap", geomap), ("canvas", "Canvas", canvas), ("datagrid", "Datagrid", datagrid),
    ]
    entries = [(uid, title, list(panels())) for uid, title, panels in gallery]
    for entry in entries:
        write(*entry)
    write_readme(entries)
