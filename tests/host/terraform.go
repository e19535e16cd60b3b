package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-openapi/runtime"
	httptransport "github.com/go-openapi/runtime/client"
	grafana "github.com/grafana/grafana-openapi-client-go/client"
	api "github.com/grafana/grafana-openapi-client-go/client/reports"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// terraform walks through all operations with the library of the Terraform provider, over one door.
func terraform(door, target string, environment []string) {
	base := target
	if door == "plugin" {
		server := serveAsGrafana(target, environment)
		defer server.close()
		base = server.url
	}
	t := &provider{base: base, plain: library(base, 0), inOrg: library(base, 1)}
	for _, step := range []struct {
		name string
		run  func() string
	}{
		{"create", t.create},
		{"read", t.read},
		{"plan", t.plan},
		{"set outside", t.setOutside},
		{"update", t.update},
		{"read again", t.readAgain},
		{"plan again", t.plan},
		{"import", t.imports},
		{"list", t.list},
		{"by dashboard", t.byDashboard},
		{"other schedules", t.otherSchedules},
		{"mistakes", t.mistakes},
		{"settings", t.settings},
		{"image", t.image},
		{"render", t.render},
		{"send", t.send},
		{"delete", t.delete},
	} {
		fmt.Printf("%s: %s\n", step.name, guarded(func(string) string { return step.run() }, ""))
	}
}

// The provider takes a URL and a user, and puts "/api" behind the URL's path.
func library(base string, org int64) *grafana.GrafanaHTTPAPI {
	parsed := must(url.Parse(base))
	client := grafana.NewHTTPClientWithConfig(nil, &grafana.TransportConfig{
		Host:      parsed.Host,
		Schemes:   []string{parsed.Scheme},
		BasePath:  strings.TrimSuffix(parsed.Path, "/") + "/api",
		BasicAuth: url.UserPassword("admin", "admin"),
		OrgID:     org,
	})
	// The library itself has no reader for these; with one, it hands their bytes over.
	for _, kind := range []string{"application/pdf", "application/zip", "image/png"} {
		client.Transport.(*httptransport.Runtime).Consumers[kind] = runtime.ByteStreamConsumer()
	}
	return client
}

// provider does what terraform-provider-grafana does with its resource, in its order and forms.
type provider struct {
	base         string
	plain, inOrg *grafana.GrafanaHTTPAPI
	config       config
	id           int64
	started      string
}

func (t *provider) create() string {
	t.config = config{
		name: "Monthly figures", recipients: []string{"ada@shop.example", "grace@shop.example"}, link: true,
		frequency: "monthly", lastDay: true, layout: "grid", orientation: "landscape", formats: []string{"pdf", "csv"},
		dashboards: []dashboard{{uid: "sample-shop", variables: map[string][]string{"region": {"north", "south"}}}, {uid: "sample-servers", from: "now-6h", to: "now"}},
	}
	created := must(t.plain.Reports.CreateReport(t.config.body()))
	t.id = created.Payload.ID
	return fmt.Sprintf("%s, has an id %v", created.Payload.Message, t.id > 0)
}

// What the provider dereferences must never be null; it splits recipients at "," and does not trim.
func (t *provider) read() string {
	got := t.get()
	t.started = got.Schedule.StartDate.String()
	return fmt.Sprintf("recipients %q, zone %s, %s on %s, started %v, state %s, scale %d, link %v, dashboards %s",
		got.Recipients, got.Schedule.TimeZone, got.Schedule.Frequency, got.Schedule.DayOfMonth, t.started != "", got.State, got.ScaleFactor, got.EnableDashboardURL, shown(got.Dashboards))
}

func (t *provider) plan() string {
	if differences := t.config.differences(t.get()); len(differences) > 0 {
		return "NOT EMPTY: " + strings.Join(differences, "; ")
	}
	return "empty"
}

// What the provider has no attributes for is set in the UI.
func (t *provider) setOutside() string {
	return must(t.plain.Reports.UpdateReport(t.id, &models.CreateOrUpdateReport{
		Subject: "Figures of the month", ScaleFactor: 2, State: "paused",
	})).Payload.Message
}

func (t *provider) update() string {
	t.config.name, t.config.recipients, t.config.link = "Figures", []string{"ada@shop.example"}, false
	t.config.message, t.config.csv, t.config.formats = "Hello", true, []string{"pdf"}
	t.config.dashboards = t.config.dashboards[:1]
	return must(t.plain.Reports.UpdateReport(t.id, t.config.body())).Payload.Message
}

func (t *provider) readAgain() string {
	got := t.get()
	return fmt.Sprintf("kept subject %q, scale %d, state %s, same start %v; changed name %q, link %v, csv %v, message %q, formats %v",
		got.Subject, got.ScaleFactor, got.State, got.Schedule.StartDate.String() == t.started, got.Name, got.EnableDashboardURL, got.EnableCSV, got.Message, got.Formats)
}

// `terraform import` takes "id" or "org:id"; with the latter each call names the organisation.
func (t *provider) imports() string {
	plain, inOrg := t.get(), must(t.inOrg.Reports.GetReport(t.id)).Payload
	return fmt.Sprintf("id of organization %d, org:id of organization %d, same %v", plain.OrgID, inOrg.OrgID, text(plain) == text(inOrg))
}

func (t *provider) list() string {
	all := must(t.plain.Reports.GetReports()).Payload
	found := 0
	for _, report := range all {
		if report.ID == t.id && text(report) == text(t.get()) {
			found++
		}
	}
	return fmt.Sprintf("ours %d times, as read alone", found)
}

func (t *provider) byDashboard() string {
	with := must(t.plain.Reports.GetReportsByDashboardUID("sample-shop")).Payload
	without := must(t.plain.Reports.GetReportsByDashboardUID("nowhere")).Payload
	return fmt.Sprintf("found %v, elsewhere %d", len(with) > 0, len(without))
}

// Every frequency of the provider ends in an empty plan too.
func (t *provider) otherSchedules() string {
	var seen []string
	for _, c := range []config{
		{frequency: "never"},
		{frequency: "once", start: "2036-01-01T10:00:00Z"},
		{frequency: "hourly", workdays: true},
		{frequency: "daily", start: "2036-01-01T10:00:00+02:00", end: "2037-01-01T10:00:00+02:00", workdays: true},
		{frequency: "weekly", start: "2036-01-01T10:00:00Z"},
		{frequency: "monthly"},
		{frequency: "custom", start: "2036-01-01T10:00:00Z", interval: 2, unit: "weeks"},
	} {
		c.name, c.recipients, c.layout, c.orientation = "Schedule", []string{"ada@shop.example"}, "simple", "portrait"
		c.formats, c.dashboards = []string{"pdf"}, []dashboard{{uid: "sample-shop"}}
		id := must(t.plain.Reports.CreateReport(c.body())).Payload.ID
		differences := c.differences(must(t.plain.Reports.GetReport(id)).Payload)
		must(t.plain.Reports.DeleteReport(id))
		seen = append(seen, fmt.Sprintf("%s %d", c.frequency, len(differences)))
	}
	return strings.Join(seen, ", ")
}

// Typed errors of the library carry the message: it must find it where it looks.
func (t *provider) mistakes() string {
	var seen []string
	bad := t.config.body()
	bad.Schedule.Frequency = "sometimes"
	_, err := t.plain.Reports.CreateReport(bad)
	if failure, ok := err.(*api.CreateReportBadRequest); ok {
		seen = append(seen, "400 "+*failure.Payload.Message)
	}
	bad = t.config.body()
	bad.Dashboards[0].Dashboard.UID = "nowhere"
	_, err = t.plain.Reports.CreateReport(bad)
	if failure, ok := err.(*api.CreateReportNotFound); ok {
		seen = append(seen, "404 "+*failure.Payload.Message)
	}
	stranger := httptransport.New(must(url.Parse(t.base)).Host, must(url.Parse(t.base)).Path+"/api", []string{"http"})
	_, err = api.New(stranger, nil).GetReports()
	if failure, ok := err.(*api.GetReportsUnauthorized); ok {
		seen = append(seen, "401 "+*failure.Payload.Message)
	}
	return strings.Join(seen, "; ")
}

func (t *provider) settings() string {
	before := must(t.plain.Reports.GetReportSettings()).Payload
	message := must(t.plain.Reports.SaveReportSettings(&models.ReportSettings{
		Branding: &models.ReportBrandingOptions{EmailFooterMode: "sent-by", EmailFooterText: "Shop", EmailFooterLink: "https://shop.example/"},
		PDFTheme: "dark",
	})).Payload.Message
	after := must(t.plain.Reports.GetReportSettings()).Payload
	return fmt.Sprintf("%s, footer %s then %s, themes %s and %s, organization %d", message, before.Branding.EmailFooterText, after.Branding.EmailFooterText, after.PDFTheme, after.EmbeddedImageTheme, after.OrgID)
}

// A red pixel.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

// There is no documented way to upload; the way back is one of the 13.
func (t *provider) image() string {
	body := must(json.Marshal(map[string]string{"name": "logo.png", "content": pixel}))
	request := must(http.NewRequest("POST", t.base+"/api/reports/images", bytes.NewReader(body)))
	request.SetBasicAuth("admin", "admin")
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	var uploaded struct{ Name string }
	must(0, json.Unmarshal(must(io.ReadAll(response.Body)), &uploaded))
	// The specification's path is "/reports/images/:image", which the library takes as it stands.
	named := func(op *runtime.ClientOperation) { op.PathPattern = "/reports/images/" + uploaded.Name }
	got := must(t.plain.Reports.GetSettingsImage(named)).Payload
	_, err := t.plain.Reports.GetSettingsImage()
	_, missing := err.(*api.GetSettingsImageNotFound)
	return fmt.Sprintf("the same bytes %v, a missing one is 404 %v", base64.StdEncoding.EncodeToString(got) == pixel, missing)
}

func (t *provider) render() string {
	dashboards := `[{"dashboard":{"uid":"sample-shop"},"timeRange":{"from":"now-6h","to":"now"}}]`
	title, orientation, layout := "From Terraform", "portrait", "simple"
	pdf := must(t.plain.Reports.RenderReportPDFs(api.NewRenderReportPDFsParams().WithDashboards(&dashboards).WithTitle(&title).WithOrientation(&orientation).WithLayout(&layout))).Payload
	csvs, nothing, err := t.plain.Reports.RenderReportCSVs(api.NewRenderReportCSVsParams().WithDashboards(&dashboards).WithTitle(&title))
	must(0, err)
	return fmt.Sprintf("pdf %v, zip %v, empty %v", bytes.HasPrefix(pdf, []byte("%PDF-")), csvs != nil && bytes.HasPrefix(csvs.Payload, []byte("PK")), nothing != nil)
}

func (t *provider) send() string {
	test := must(t.plain.Reports.SendTestEmail(t.config.body())).Payload.Message
	own := must(t.plain.Reports.SendReport(&models.ReportEmail{ID: fmt.Sprint(t.id), UseEmailsFromReport: true})).Payload.Message
	others := must(t.plain.Reports.SendReport(&models.ReportEmail{ID: fmt.Sprint(t.id), Emails: "hopper@shop.example"})).Payload.Message
	return list([]string{test + ",", own + ",", others})
}

// The provider takes a 404 for "gone"; deleting twice must say the same.
func (t *provider) delete() string {
	message := must(t.plain.Reports.DeleteReport(t.id)).Payload.Message
	_, err := t.plain.Reports.GetReport(t.id)
	gone, isGone := err.(*api.GetReportNotFound)
	_, err = t.plain.Reports.DeleteReport(t.id)
	_, twice := err.(*api.DeleteReportNotFound)
	if !isGone {
		return fmt.Sprintf("read after delete: %v", err)
	}
	return fmt.Sprintf("%s, read 404 %q, again 404 %v", message, *gone.Payload.Message, twice)
}

func (t *provider) get() *models.Report { return must(t.plain.Reports.GetReport(t.id)).Payload }

func text(report *models.Report) string { return string(must(json.Marshal(report))) }

func shown(dashboards []*models.ReportDashboard) string {
	var seen []string
	for _, d := range dashboards {
		seen = append(seen, fmt.Sprintf("%s (%s) %q to %q %v", d.Dashboard.UID, d.Dashboard.Name, d.TimeRange.From, d.TimeRange.To, d.ReportVariables))
	}
	return strings.Join(seen, ", ")
}
