package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

func handshake(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	if err := p.protocol.Ping(); err != nil {
		panic(err)
	}
	return fmt.Sprintf("%s, protocol %d, ping ok", p.client.Protocol(), p.client.NegotiatedVersion())
}

func health(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	got := must(p.diagnostics.CheckHealth(context.Background(), &pluginv2.CheckHealthRequest{PluginContext: call{role: "Viewer"}.proto().PluginContext}))
	var details map[string]any
	if err := json.Unmarshal(got.JsonDetails, &details); err != nil {
		panic(err)
	}
	if got.Status == pluginv2.CheckHealthResponse_UNKNOWN || got.Message == "" {
		return fmt.Sprintf("status %v, message %q", got.Status, got.Message)
	}
	return "a status, a message, details are an object"
}

func roles(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	var seen []string
	for _, c := range []call{{role: "Admin"}, {role: "Editor"}, {role: "Viewer"}, {role: "None"}, {role: ""}, {anonymous: true}} {
		c.method, c.path = "GET", "_ping"
		got := must(p.do(c))
		var shown struct{ Caller struct{ Login, Role string } }
		must(0, json.Unmarshal(got.body, &shown))
		seen = append(seen, fmt.Sprintf("%d/%s/%s", got.code, shown.Caller.Login, shown.Caller.Role))
	}
	return list(seen)
}

// reports asks for the list of reports in every role: organisation Admin only.
func reports(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	var seen []string
	for _, c := range []call{{role: "Admin"}, {role: "Editor"}, {role: "Viewer"}, {role: "None"}, {role: ""}, {anonymous: true}} {
		c.method, c.path = "GET", "api/reports"
		seen = append(seen, fmt.Sprint(must(p.do(c)).code))
	}
	return list(seen)
}

// reportKept creates a draft, kills the plugin and reads the draft from the next one.
func reportKept(binary string) string {
	p := start(binary)
	body := `{"name":"Kept","state":"draft","schedule":{"frequency":"never"},"dashboards":[]}`
	created := must(p.do(call{method: "POST", path: "reports", role: "Admin", body: []byte(body), headers: map[string][]string{"Content-Type": {"application/json"}}}))
	must(0, p.cmd.Process.Kill())
	p.client.Kill()
	p = start(binary)
	defer p.client.Kill()
	listed := must(p.do(call{method: "GET", path: "reports", role: "Admin"}))
	return fmt.Sprintf("%d, %d, listed %t", created.code, listed.code, strings.Contains(string(listed.body), `"name":"Kept"`))
}

func request(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	got := must(p.do(call{
		method: "GET", path: "_ping", url: "_ping?from=now-6h&var-host=a%2Fb&x=%C3%A4", role: "Admin",
		headers: map[string][]string{
			"Accept": {"application/json"}, "X-Grafana-User": {"root"}, "X-Grafana-Id": {"eyJ"}, "Bad Header": {"x"}, "X-Text": {"grün"},
		},
	}))
	var shown struct {
		Method, Path, Query string
		Headers             map[string][]string
	}
	must(0, json.Unmarshal(got.body, &shown))
	headers := must(json.Marshal(shown.Headers))
	return fmt.Sprintf("%s %s?%s %s %s", shown.Method, shown.Path, shown.Query, headers, got.headers["Content-Type"].GetValues())
}

func settingsWithoutJSON(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	var seen []string
	for _, settings := range []*pluginv2.AppInstanceSettings{nil, {}, {JsonData: []byte("null")}, {JsonData: []byte("{}")}, {JsonData: []byte("oops")}} {
		seen = append(seen, fmt.Sprint(must(p.do(call{method: "GET", path: "_ping", role: "Admin", settings: settings})).code))
	}
	return list(seen)
}

func largeBodies(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	body := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)
	got := must(p.do(call{method: "POST", path: "_ping", role: "Admin", body: body}))
	return fmt.Sprintf("%d, %d MiB there and back %v, largest chunk %d, %d chunks", got.code, len(body)>>20, bytes.Equal(got.body, body), slices.Max(got.chunks), len(got.chunks))
}

func tooLargeBody(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	got := must(p.do(call{method: "POST", path: "_ping", role: "Admin", body: make([]byte, 32<<20+1)}))
	return fmt.Sprint(got.code)
}

func repeatedHeaders(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	got := must(p.do(call{method: "POST", path: "_ping", role: "Admin", headers: map[string][]string{"X-Ping": {"one", "two", "three"}}}))
	return list(got.headers["X-Pong"].GetValues())
}

func unknownPath(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	return fmt.Sprint(must(p.do(call{method: "GET", path: "no/such/thing", role: "Admin"})).code)
}

func concurrentCalls(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	body := make([]byte, 1<<20)
	var wait sync.WaitGroup
	codes := make([]int32, 64)
	for i := range codes {
		wait.Go(func() {
			if got, err := p.do(call{method: "POST", path: "_ping", role: "Admin", body: body}); err == nil && len(got.body) == len(body) {
				codes[i] = got.code
			}
		})
	}
	wait.Wait()
	return fmt.Sprintf("%d of %d", len(codes)-len(slices.DeleteFunc(codes, func(code int32) bool { return code == 200 })), 64)
}

// The reader goes away in the middle of an answer; the plugin must not mind.
func cancelledCall(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	body := make([]byte, 20<<20)
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		stream := must(p.resource.CallResource(ctx, call{method: "POST", path: "_ping", role: "Admin", body: body}.proto()))
		must(stream.Recv())
		cancel()
	}
	return fmt.Sprintf("next call %d, alive %v", must(p.do(call{method: "GET", path: "_ping", role: "Admin"})).code, !p.client.Exited())
}

func metrics(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	must(p.do(call{method: "GET", path: "_ping", role: "Admin"}))
	got := must(p.diagnostics.CollectMetrics(context.Background(), &pluginv2.CollectMetricsRequest{PluginContext: &pluginv2.PluginContext{PluginId: "broadsheet-reports-app"}}))
	text := string(got.Metrics.Prometheus)
	var seen []string
	for _, name := range []string{`broadsheet_resource_calls_total{method="GET",status="200"} 1`, "broadsheet_resource_call_seconds_bucket", "broadsheet_build_info"} {
		if !strings.Contains(text, name) {
			return "missing " + name + " in " + text
		}
		seen = append(seen, strings.SplitN(name, "{", 2)[0])
	}
	return list(seen)
}
