package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

const resources = "/api/plugins/broadsheet-reports-app/resources/"

// front is what Grafana does between a client and a plugin's resources, over real HTTP.
type front struct {
	plugin *plugin
	server *httptest.Server
	url    string
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
	got, err := f.plugin.do(call{method: r.Method, path: path, url: target, role: "Admin", headers: headers, body: must(io.ReadAll(r.Body))})
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

func refuse(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, "{\"message\":%q}", message)
}
