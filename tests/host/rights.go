package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// rights prints role x action x operation through one door, a column a caller: + done, . 403, ! 401.
func rights(door, binary, dataDir string) {
	grafana := serveGrants(people())
	defer grafana.server.Close()
	var d doorway
	switch door {
	case "plugin":
		p := startWith(binary, []string{"GF_PLUGIN_SEND_RATE_LIMIT=0", "GF_PLUGIN_RENDER_RATE_LIMIT=0", "GF_PLUGIN_DATA_DIR=" + dataDir, "GF_PLUGIN_GRAFANA_URL=" + grafana.server.URL, "GF_PLUGIN_API_TOKEN=" + orgToken})
		defer p.client.Kill()
		d = &pluginDoor{p, grafana.key}
	default:
		s := startSidecar(binary, []string{"BROADSHEET_SEND_RATE_LIMIT=0", "BROADSHEET_RENDER_RATE_LIMIT=0", "BROADSHEET_DATA_DIR=" + dataDir, "BROADSHEET_GRAFANA_URL=" + grafana.server.URL, "BROADSHEET_API_TOKEN=" + orgToken})
		defer s.end()
		d = s
	}
	callers := slices.DeleteFunc(columns(grafana.key), func(c column) bool { return c.door != "" && c.door != door })
	matrix(d, callers)
	for _, check := range []struct {
		name string
		run  func() string
	}{
		{"answers to an administrator", func() string { return done(d) }},
		{"no operation without a row", func() string { return unlisted(d) }},
		{"reports of another organization", func() string { return foreign(d) }},
		{"users of created reports", func() string { return users(d) }},
		{"refusals", func() string { return refusals(d) }},
	} {
		fmt.Printf("%s: %s\n", check.name, guarded(func(string) string { return check.run() }, ""))
	}
}

var ours = []string{"reports:read", "reports:create", "reports:write", "reports:delete", "reports:send", "settings:read", "settings:write"}

// column is one caller. A token of their own stands for what Grafana would sign for them.
type column struct {
	name string
	person
	door string
	// "" is none at all; nil is the one Grafana signs.
	token *string
	// Further headers a client may send.
	headers map[string]string
}

func people() []person {
	var all []person
	for _, c := range columns(newKey("")) {
		all = append(all, c.person)
	}
	return append(all, root, person{id: 90, login: "other", org: 2, role: "Admin", actions: ours, dashboards: []string{"*"}})
}

// root sets the scene.
var root = person{id: 1, login: "root", org: 1, role: "Admin", actions: ours, dashboards: []string{"*"}}

func columns(key keyed) []column {
	above, n := []string{"folders:uid:root"}, 10
	who := func(name, role string, actions, dashboards []string) column {
		n++
		return column{name: name, person: person{id: n, login: "user" + name, org: 1, role: role, actions: actions, dashboards: dashboards}}
	}
	in := func(door string, c column) column { c.door = door; return c }
	with := func(token string, c column) column { c.token = &token; return in("plugin", c) }
	signed := func(key keyed, change func(map[string]any), c column) column {
		all := claims(c.person)
		change(all)
		return with(key.sign(all), c)
	}
	same := func(map[string]any) {}
	one := func(name, action string) column { return who(name, "Viewer", []string{action}, above) }
	all := []column{
		who("A", "Admin", ours, []string{"dashboards:*"}),
		who("E", "Editor", nil, above),
		who("V", "Viewer", nil, above),
		who("N", "None", ours, above),
		// Holds all actions; dashboards by folder, by themselves, elsewhere.
		who("e", "Editor", ours, above),
		who("u", "Viewer", ours, []string{"dashboards:uid:shop"}),
		who("x", "Viewer", ours, []string{"dashboards:uid:other", "folders:uid:general"}),
		one("r", "reports:read"), one("c", "reports:create"), one("w", "reports:write"), one("d", "reports:delete"), one("s", "reports:send"),
		one("g", "settings:read"), one("G", "settings:write"),
	}
	account := who("S", "Viewer", ours, above)
	account.isSA, account.login = true, "sa-1-reports"
	disabled := in("sidecar", who("D", "Admin", ours, above))
	disabled.disabled = true
	visitor := who("-", "Admin", ours, above)
	visitor.login = ""
	liar := with("", who("9", "Viewer", nil, above))
	liar.headers = map[string]string{"X-Grafana-User": "root"}
	return append(all, account, disabled,
		// Anonymous visitors with the role Admin.
		in("sidecar", visitor), signed(key, func(c map[string]any) { c["sub"], c["type"] = "anonymous:0", "anonymous" }, visitor),
		signed(newKey(key.id), same, who("1", "Admin", ours, above)),
		signed(newKey("another"), same, who("2", "Admin", ours, above)),
		signed(key, func(c map[string]any) { c["exp"] = c["iat"].(int64) - 60 }, who("3", "Admin", ours, above)),
		signed(key, func(c map[string]any) { c["aud"] = []string{"org:2"} }, who("4", "Admin", ours, above)),
		signed(key, func(c map[string]any) { c["username"] = "root" }, who("5", "Admin", ours, above)),
		with("eyJ", who("6", "Admin", ours, above)),
		// Without a token the role is all there is.
		with("", who("7", "Admin", ours, above)), with("", who("8", "Editor", ours, above)), liar,
	)
}

// doorway is a way to the Reporting API.
type doorway interface {
	call(c column, method, path, body string) (status int, answer []byte)
}

type pluginDoor struct {
	*plugin
	key keyed
}

func (d *pluginDoor) call(c column, method, path, body string) (int, []byte) {
	headers := map[string][]string{}
	for name, value := range c.headers {
		headers[name] = []string{value}
	}
	if c.token == nil {
		headers["X-Grafana-Id"] = []string{d.key.sign(claims(c.person))}
	} else if *c.token != "" {
		headers["X-Grafana-Id"] = []string{*c.token}
	}
	plain, _, _ := strings.Cut(path, "?")
	got := must(d.do(call{
		method: method, path: plain, url: path, headers: headers, body: []byte(body), org: c.org,
		user: &pluginv2.User{Login: c.login, Name: c.login, Email: c.login + "@example.org", Role: c.role},
	}))
	return int(got.code), got.body
}

type sidecar struct {
	cmd *exec.Cmd
	url string
}

func startSidecar(binary string, environment []string) *sidecar {
	cmd := exec.Command(binary, "serve", "--listen", "127.0.0.1:0")
	cmd.Env = append(environment, "RUST_LOG=info")
	lines := bufio.NewReader(must(cmd.StderrPipe()))
	must(0, cmd.Start())
	for {
		line := must(lines.ReadString('\n'))
		if _, address, found := strings.Cut(line, "address="); found {
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			return &sidecar{cmd, "http://" + strings.Fields(address)[0] + "/api/"}
		}
	}
}

func (s *sidecar) end() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

func (s *sidecar) call(c column, method, path, body string) (int, []byte) {
	request := must(http.NewRequest(method, s.url+path, strings.NewReader(body)))
	if c.login != "" {
		request.Header.Set("Authorization", "Bearer u-"+c.login)
	}
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	return response.StatusCode, must(io.ReadAll(response.Body))
}

type operation struct{ method, path, body string }

const reportBody = `{"name":"Shop","recipients":"a@x.org","schedule":{"frequency":"never"},"formats":["pdf"],"dashboards":[{"dashboard":{"uid":"shop"}}]}`

var operations = []operation{
	{"GET", "reports", ""},
	{"POST", "reports", reportBody},
	{"GET", "reports/{id}", ""},
	{"PUT", "reports/{id}", reportBody},
	{"DELETE", "reports/{id}", ""},
	{"POST", "reports/{id}/pause", ""},
	{"POST", "reports/{id}/resume", ""},
	{"POST", "reports/check", reportBody},
	{"POST", "reports/{id}/duplicate", ""},
	{"POST", "reports/{id}/run", ""},
	{"GET", "reports/{id}/runs", ""},
	{"GET", "reports/runs", ""},
	{"GET", "reports/runs/{run}", ""},
	{"DELETE", "reports/runs/{run}", ""},
	{"GET", "reports/runs/{run}/files/{file}", ""},
	{"GET", "reports/export.yaml", ""},
	{"GET", "reports/provisioning", ""},
	{"POST", "reports/provisioning/reload", ""},
	{"GET", "reports/overview", ""},
	{"POST", "reports/occurrences", `{}`},
	{"GET", "reports/dashboards/{uid}", ""},
	{"POST", "reports/email", `{"id":"{id}","useEmailsFromReport":true}`},
	{"POST", "reports/test-email", reportBody},
	{"GET", "reports/settings", ""},
	{"POST", "reports/settings", `{}`},
	{"POST", "reports/images", `{"name":"logo.png","content":"` + pixel + `"}`},
	{"GET", "reports/images/{image}", ""},
	{"GET", "reports/render/pdfs", ""},
	{"GET", "reports/render/csvs", ""},
	{"POST", "_connect", `{"token":"glsa_unknown"}`},
	{"DELETE", "_connect", ""},
	{"GET", "_status", ""},
	{"GET", "_sync", ""},
	{"GET", "reports/openapi.json", ""},
}

// on a report of its own, because the operation may delete it.
func (o operation) do(d doorway, c column) int {
	body, path := o.body, o.path
	if strings.Contains(path+body, "{id}") {
		id := create(d)
		path, body = strings.ReplaceAll(path, "{id}", id), strings.ReplaceAll(body, "{id}", id)
	}
	path = strings.NewReplacer("{run}", "1", "{file}", "0", "{uid}", "shop", "{image}", "logo.png").Replace(path)
	if strings.Contains(path, "/render/") {
		path += "?dashboards=shop"
	}
	status, _ := d.call(c, o.method, path, body)
	return status
}

// create makes a report as root and gives its number.
func create(d doorway) string {
	status, answer := d.call(column{person: root}, "POST", "reports", reportBody)
	var made struct{ ID json.Number }
	if must(0, json.Unmarshal(answer, &made)); status != 200 {
		panic(string(answer))
	}
	return made.ID.String()
}

func matrix(d doorway, callers []column) {
	// The first run, which the operations on runs are about.
	d.call(column{person: root}, "POST", "reports/email", `{"id":"`+create(d)+`","useEmailsFromReport":true}`)
	var names string
	for _, c := range callers {
		names += c.name
	}
	fmt.Printf("%-39s %s\n", "operation", names)
	for _, o := range operations {
		var cells string
		for _, c := range callers {
			cells += guarded(func(string) string {
				switch o.do(d, c) {
				case 401:
					return "!"
				case 403:
					return "."
				}
				return "+"
			}, "")
		}
		fmt.Printf("%-6s %-32s %s\n", o.method, o.path, cells)
	}
}

// done shows that what is not refused is done: no mail server and no provisioning folder are there.
func done(d doorway) string {
	var seen []string
	for _, o := range operations {
		seen = append(seen, fmt.Sprint(o.do(d, column{person: root})))
	}
	return list(seen)
}

// unlisted says which operations the API describes that the table above does not have.
func unlisted(d doorway) string {
	_, answer := d.call(column{person: root}, "GET", "reports/openapi.json", "")
	var document struct{ Paths map[string]map[string]any }
	must(0, json.Unmarshal(answer, &document))
	var missing []string
	for path, methods := range document.Paths {
		for method := range methods {
			known := func(o operation) bool { return "/"+o.path == path && strings.EqualFold(o.method, method) }
			if !slices.ContainsFunc(operations, known) {
				missing = append(missing, method+" "+path)
			}
		}
	}
	slices.Sort(missing)
	return fmt.Sprintf("%d missing %s", len(missing), list(missing))
}

// foreign asks as an administrator of organization 2 for what organization 1 has.
func foreign(d doorway) string {
	other := column{person: person{id: 90, login: "other", org: 2, role: "Admin"}}
	var seen []string
	for _, o := range operations {
		if strings.Contains(o.path+o.body, "{id}") || strings.Contains(o.path, "{run}") {
			seen = append(seen, fmt.Sprint(o.do(d, other)))
		}
	}
	_, listed := d.call(other, "GET", "reports", "")
	return list(seen) + ", list " + string(bytes.TrimSpace(listed))
}

// users says whose a report is that somebody has created.
func users(d doorway) string {
	var seen []string
	for _, c := range columns(newKey("")) {
		if c.name != "A" && c.name != "e" && c.name != "S" {
			continue
		}
		_, answer := d.call(c, "POST", "reports", reportBody)
		var made struct{ ID json.Number }
		must(0, json.Unmarshal(answer, &made))
		_, answer = d.call(c, "GET", "reports/"+made.ID.String(), "")
		var report struct{ UserID int }
		must(0, json.Unmarshal(answer, &report))
		seen = append(seen, fmt.Sprintf("%s is %d: %v", c.typed(), c.id, report.UserID == c.id))
	}
	return strings.Join(seen, ", ")
}

// refusals are worded as Grafana words them.
func refusals(d doorway) string {
	var seen []string
	ask := func(name, method, path, body string) {
		for _, c := range columns(newKey("")) {
			if c.name == name {
				status, answer := d.call(c, method, path, body)
				var told struct{ Message string }
				must(0, json.Unmarshal(answer, &told))
				seen = append(seen, fmt.Sprintf("%d %s", status, told.Message))
			}
		}
	}
	ask("r", "POST", "reports", reportBody)
	ask("x", "POST", "reports", reportBody)
	ask("x", "GET", "reports/render/pdfs?dashboards=shop", "")
	ask("N", "GET", "reports", "")
	return strings.Join(seen, "; ")
}
