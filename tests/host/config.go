package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-openapi/strfmt"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// config is what somebody wrote into a `grafana_report` resource.
type config struct {
	name, message, replyTo       string
	recipients                   []string
	link, csv, workdays, lastDay bool
	layout, orientation          string
	formats                      []string
	frequency, start, end, unit  string
	interval                     int64
	dashboards                   []dashboard
}

type dashboard struct {
	uid, from, to string
	variables     map[string][]string
}

// body is the request the provider makes of it: GMT, always a time range and variables, zero values left out by the library.
func (c config) body() *models.CreateOrUpdateReport {
	body := &models.CreateOrUpdateReport{
		Name: c.name, Message: c.message, ReplyTo: c.replyTo, Recipients: strings.Join(c.recipients, ","),
		EnableDashboardURL: c.link, EnableCSV: c.csv,
		Options:  &models.ReportOptions{Layout: c.layout, Orientation: c.orientation},
		Schedule: &models.ReportSchedule{Frequency: c.frequency, TimeZone: "GMT", WorkdaysOnly: c.workdays, IntervalAmount: c.interval, IntervalFrequency: c.unit},
	}
	if c.lastDay {
		body.Schedule.DayOfMonth = "last"
	}
	for _, format := range append([]string{"pdf"}, c.formats...) {
		body.Formats = append(body.Formats, models.Type(format))
	}
	for _, d := range c.dashboards {
		variables := d.variables
		if variables == nil {
			variables = map[string][]string{}
		}
		body.Dashboards = append(body.Dashboards, &models.ReportDashboard{
			Dashboard: &models.ReportDashboardID{UID: d.uid}, TimeRange: &models.ReportTimeRange{From: d.from, To: d.to}, ReportVariables: variables,
		})
	}
	body.Schedule.StartDate, body.Schedule.EndDate = instant(c.start), instant(c.end)
	return body
}

func instant(text string) *strfmt.DateTime {
	if text == "" {
		return nil
	}
	time := strfmt.DateTime(must(time.Parse(time.RFC3339, text)).UTC())
	return &time
}

// differences is what `terraform plan` would show: the configuration against what was read, by the provider's rules.
func (c config) differences(got *models.Report) []string {
	var found []string
	check := func(what string, want, have any) {
		if !reflect.DeepEqual(want, have) {
			found = append(found, fmt.Sprintf("%s: want %v, have %v", what, want, have))
		}
	}
	check("name", c.name, got.Name)
	check("recipients", c.recipients, strings.Split(got.Recipients, ","))
	check("reply_to", c.replyTo, got.ReplyTo)
	check("message", c.message, got.Message)
	check("include_dashboard_link", c.link, got.EnableDashboardURL)
	check("include_table_csv", c.csv, got.EnableCSV)
	check("layout", c.layout, got.Options.Layout)
	check("orientation", c.orientation, got.Options.Orientation)
	check("frequency", c.frequency, got.Schedule.Frequency)
	check("last_day_of_month", c.lastDay, got.Schedule.DayOfMonth == "last")
	check("workdays_only", c.workdays, got.Schedule.WorkdaysOnly)
	check("custom_interval", fmt.Sprint(c.interval, c.unit), fmt.Sprint(got.Schedule.IntervalAmount, got.Schedule.IntervalFrequency))
	check("formats", len(c.formats), len(got.Formats))
	for i, format := range got.Formats {
		check("formats", c.formats[i], string(format))
	}
	// No start means "when it was created": any moment that has passed will do.
	if start := got.Schedule.StartDate; c.start == "" && start != nil {
		check("start_time has passed", true, time.Time(*start).Before(time.Now()))
	} else {
		check("start_time", unix(instant(c.start)), unix(start))
	}
	check("end_time", unix(instant(c.end)), unix(got.Schedule.EndDate))
	check("dashboards", len(c.dashboards), len(got.Dashboards))
	for i, d := range got.Dashboards {
		want := c.dashboards[i]
		check("uid", want.uid, d.Dashboard.UID)
		check("from", want.from, d.TimeRange.From)
		check("to", want.to, d.TimeRange.To)
		variables := map[string][]string{}
		for name, values := range d.ReportVariables.(map[string]any) {
			for _, value := range values.([]any) {
				variables[name] = append(variables[name], value.(string))
			}
		}
		if want.variables == nil {
			want.variables = map[string][]string{}
		}
		check("report_variables", want.variables, variables)
	}
	return found
}

func unix(t *strfmt.DateTime) int64 {
	if t == nil {
		return 0
	}
	return time.Time(*t).Unix()
}
