package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What the plugin writes to stderr arrives as events of the host's logger, with their own level.
func logs(binary string) string {
	p := start(binary)
	p.client.Kill()
	for line := range strings.Lines(p.log.String()) {
		var event map[string]any
		if json.Unmarshal([]byte(line), &event) == nil && event["@message"] == "stopping" {
			return fmt.Sprintf("%v %v reason=%v", event["@level"], event["@message"], event["reason"])
		}
	}
	return "not found in " + p.log.String()
}

// The host's own way to end a plugin; it turns to SIGKILL after 2 s.
func kill(binary string) string {
	p := start(binary)
	start := time.Now()
	p.client.Kill()
	graceful := !strings.Contains(p.log.String(), "failed to exit gracefully")
	return fmt.Sprintf("%s, exit %d, graceful %v", under(time.Second, time.Since(start)), p.cmd.ProcessState.ExitCode(), graceful)
}

func sigterm(binary string) string {
	p := start(binary)
	must(0, p.cmd.Process.Signal(syscall.SIGTERM))
	took := within(10*time.Second, "exit", p.client.Exited)
	return fmt.Sprintf("%s, exit %d", under(3*time.Second, took), p.cmd.ProcessState.ExitCode())
}

// Ctrl-C in a terminal reaches the plugin too, but the host decides.
func sigint(binary string) string {
	p := start(binary)
	defer p.client.Kill()
	must(0, p.cmd.Process.Signal(syscall.SIGINT))
	return fmt.Sprintf("next call %d", must(p.do(call{method: "GET", path: "_ping", role: "Admin"})).code)
}

func crashAndRestart(binary string) string {
	p := start(binary)
	must(0, p.cmd.Process.Kill())
	within(5*time.Second, "exit", p.client.Exited)
	again := start(binary)
	defer again.client.Kill()
	return fmt.Sprintf("next call %d", must(again.do(call{method: "GET", path: "_ping", role: "Admin"})).code)
}

// A host that is killed cannot say goodbye: the plugin has to notice.
func killedHost(binary string) string {
	host := exec.Command(must(os.Executable()), "hold", binary)
	stdout := must(host.StdoutPipe())
	must(0, host.Start())
	pid := must(strconv.Atoi(strings.TrimSpace(must(bufio.NewReader(stdout).ReadString('\n')))))
	must(0, host.Process.Kill())
	_ = host.Wait()
	took := within(15*time.Second, "exit of the orphan", func() bool { return !alive(pid) })
	return "orphan ended " + under(10*time.Second, took)
}

// hold starts the plugin, says its process id and waits to be killed.
func hold(binary string) {
	p := start(binary)
	fmt.Println(p.pid())
	select {}
}

// alive does not count a dead process that nobody has collected yet.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !os.IsNotExist(err)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
