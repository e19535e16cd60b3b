package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

const (
	app       = "/api/plugins/broadsheet-reports-app/"
	resources = app + "resources/"
)

// front is what Grafana does between a client and a plugin's resources, over real HTTP.
type front struct {
	plugin *plugin
	server *httptest.Server
	url    string
	// The token in the app's settings, by organization.
	secrets map[int64]string
}

func serveAsGrafana(binary string, environment []string) *front {
	f := &front{plugin: startWith(binary, environment)}
	f.server = httptest.NewServer(f)
	f.url = f.server.URL + strings.TrimSuffix(resources, "/")
	return f
}

func (f *front) close() {
	f.server.Close()
	f.plugin.client.Kill()
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	path, isResource := strings.CutPrefix(r.URL.Path, resources)
	switch {
	case user != "admin" || password != "admin":
		refuse(w, http.StatusUnauthorized, "Unauthorized")
		return
	case r.URL.Path == app+"health":
		f.health(w, r)
		return
	case !isResource:
		refuse(w, http.StatusNotFound, "Not found")
		return
	}
	// Grafana keeps credentials to itself.
	headers := r.Header.Clone()
	headers.Del("Authorization")
	headers.Del("Cookie")
	target := path
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	org := organization(r)
	var settings *pluginv2.AppInstanceSettings
	if secrets, saved := f.secrets[org]; saved {
		settings = &pluginv2.AppInstanceSettings{DecryptedSecureJsonData: map[string]string{"apiToken": secrets}}
	}
	got, err := f.plugin.do(call{method: r.Method, path: path, url: target, role: "Admin", headers: headers, body: must(io.ReadAll(r.Body)), org: org, settings: settings})
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	for name, values := range got.headers {
		w.Header()[http.CanonicalHeaderKey(name)] = values.Values
	}
	w.WriteHeader(int(got.code))
	_, _ = w.Write(got.body)
}

func (f *front) health(w http.ResponseWriter, r *http.Request) {
	request := &pluginv2.CheckHealthRequest{PluginContext: call{org: organization(r), role: "Admin"}.proto().PluginContext}
	got := must(f.plugin.diagnostics.CheckHealth(r.Context(), request))
	code := http.StatusOK
	if got.Status != pluginv2.CheckHealthResponse_OK {
		code = http.StatusBadRequest
	}
	refuse(w, code, got.Message)
}

func organization(r *http.Request) int64 {
	org, err := strconv.ParseInt(r.Header.Get("X-Grafana-Org-Id"), 10, 64)
	if err != nil {
		return 1
	}
	return org
}

// stay serves the plugin over HTTP until standard input ends. "TEST_TOKEN_<org>=…" is the token in the app's settings there.
func stay(binary string, variables []string) {
	secrets := map[int64]string{}
	var environment []string
	for _, variable := range variables {
		var org int64
		name, value, _ := strings.Cut(variable, "=")
		if _, err := fmt.Sscanf(name, "TEST_TOKEN_%d", &org); err == nil {
			secrets[org] = value
		} else {
			environment = append(environment, variable)
		}
	}
	f := serveAsGrafana(binary, environment)
	f.secrets = secrets
	fmt.Printf("front %s\n", f.server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	f.close()
}

func refuse(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, "{\"message\":%q}", message)
}
