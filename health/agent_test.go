package health

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// TestAgentLikeHAProxy lets the same agent speak to haproxy and to us, and
// compares what is logged.
func TestAgentLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	var answer atomic.Value
	answer.Store("up\n")
	agent := serve(t, func(c net.Conn) { c.Write([]byte(answer.Load().(string))) })
	web := serve(t, func(net.Conn) {})
	_, port, _ := net.SplitHostPort(agent)
	h := startHAProxy(t, fmt.Sprintf("backend b\n option log-health-checks\n"+
		" server s %s agent-check agent-port %s agent-inter 100 weight 10\n server t %s track s\n", web, port, web))
	events := make(journal, 100)
	sched := New(Options{Notifier: events})
	b := sched.Backend(BackendConfig{Name: "b", LogHealthChecks: true})
	s := b.Server(ServerConfig{Name: "s", Weight: 10, Agent: &Agent{
		Target: Target{Address: agent}, Pace: Pace{Inter: 100 * time.Millisecond},
	}}, nil)
	tracker := b.Server(ServerConfig{Name: "t", Weight: 1}, nil)
	if err := tracker.Track(s); err != nil {
		t.Fatal(err)
	}
	sched.Start()
	defer sched.Stop()
	for _, step := range []struct {
		answer string
		lines  int
	}{
		{"up\n", 1},
		{"down\n", 4},
		{"up 40%\n", 3},
		{"drain\n", 3},
		{"ready\n", 2},
		{"maint\n", 3},
		{"up ready\n", 3},
		{"stopped #because of\n", 4},
		{"up\n", 3},
		{"drain down #x\n", 8},
		{"ready up\n", 5},
		{"FAIL # oops\n", 4},
		{"75%, up\r\n", 3},
		{"bogus\n", 0},
		{"0%\n", 0},
		{"down what\n", 4},
	} {
		answer.Store(step.answer)
		for range step.lines {
			want, got := h.log(), events.next(t)
			if got != want {
				t.Errorf("%q:\n got %s\nwant %s", step.answer, got, want)
			}
		}
	}
}

func TestParseAnswer(t *testing.T) {
	for _, c := range []struct {
		line string
		want agentAnswer
	}{
		{"", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked}}},
		{"50%\n", agentAnswer{percent: 50, maxconn: -1, result: Result{Status: Checked}}},
		{"up,75%\tmaxconn:30\r\nrest", agentAnswer{percent: 75, maxconn: 30, result: Result{Status: L7OK, Info: "via agent : up"}}},
		{"ready fail #disk full", agentAnswer{"ready", -1, -1, Result{Status: L7Status, Info: "via agent : fail (disk full)"}}},
		{"what?", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked, Info: "agent reports an error : what?"}}},
		{"-5% maxconn:-1", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked, Info: "agent warns : maxconn string empty or preceded by garbage"}}},
		{"fail #  oops x ", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: L7Status, Info: "via agent : fail (oops x )"}}},
		{"UP 5", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: L7OK, Info: "via agent : UP (5)"}}},
		{"fail#x", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked, Info: "agent reports an error : fail#x"}}},
		{"50.5%", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked, Info: "agent warns : Trailing garbage in weight string"}}},
		{"100", agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked, Info: "agent reports an error : 100"}}},
	} {
		if got := parseAnswer(c.line); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.line, got, c.want)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add("up 50% maxconn:3 #x\r\n")
	f.Fuzz(func(t *testing.T, line string) {
		if a := parseAnswer(line); a.percent < -1 || a.maxconn < -1 {
			t.Errorf("%q: %+v", line, a)
		}
	})
}
