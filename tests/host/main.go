// A plugin host for tests: starts the real binary through hashicorp/go-plugin with the options Grafana 12.4 uses and drives
// it over Grafana's own protocol. Prints one line a check, "name: what was seen"; the Rust test compares the lines.
// `host terraform …` drives the Reporting API instead, as the Terraform provider does; `host rights …` prints who may do what;
// `host front …` serves the plugin over HTTP as Grafana would, until its standard input ends.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		hold(os.Args[2])
		return
	}
	if len(os.Args) >= 4 && os.Args[1] == "terraform" {
		terraform(os.Args[2], os.Args[3], os.Args[4:])
		return
	}
	if len(os.Args) >= 3 && os.Args[1] == "front" {
		stay(os.Args[2], os.Args[3:])
		return
	}
	if len(os.Args) == 5 && os.Args[1] == "rights" {
		rights(os.Args[2], os.Args[3], os.Args[4])
		return
	}
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: host [hold] <binary>\n       host terraform sidecar <url>\n       host terraform plugin <binary> [NAME=value ...]\n       host rights plugin|sidecar <binary> <data dir>\n       host front <binary> [NAME=value ...]")
		os.Exit(2)
	}
	binary := os.Args[1]
	for _, check := range checks {
		fmt.Printf("%s: %s\n", check.name, guarded(check.run, binary))
	}
}

type check struct {
	name string
	run  func(binary string) string
}

var checks = []check{
	{"handshake", handshake},
	{"health", health},
	{"roles", roles},
	{"reports by role", reports},
	{"report kept over a crash", reportKept},
	{"request", request},
	{"settings without json", settingsWithoutJSON},
	{"large bodies", largeBodies},
	{"too large body", tooLargeBody},
	{"repeated headers", repeatedHeaders},
	{"unknown path", unknownPath},
	{"concurrent calls", concurrentCalls},
	{"cancelled call", cancelledCall},
	{"metrics", metrics},
	{"logs", logs},
	{"kill", kill},
	{"sigterm", sigterm},
	{"sigint", sigint},
	{"crash and restart", crashAndRestart},
	{"killed host", killedHost},
}

func guarded(run func(string) string, binary string) (seen string) {
	defer func() {
		if failure := recover(); failure != nil {
			seen = fmt.Sprintf("FAILED %v", failure)
		}
	}()
	return run(binary)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func within(limit time.Duration, what string, done func() bool) time.Duration {
	start := time.Now()
	for !done() {
		if time.Since(start) > limit {
			panic(what + " did not happen within " + limit.String())
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Since(start)
}

func under(limit, took time.Duration) string {
	if took < limit {
		return "in time"
	}
	return "after " + took.String()
}

func list(items []string) string { return strings.Join(items, " ") }
