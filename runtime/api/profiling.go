package api

import (
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "set profiling", Usage: "<what> {auto|on|off}", Manual: "9.3",
				Doc: "have threads keep the times of tasks, or not"},
			Level: core.Admin, Run: (*Call).setProfiling,
		},
		&Command{
			Keyword: registry.Keyword{Name: "show profiling", Usage: "[<what>|<#lines>|byaddr]*", Manual: "9.3",
				Doc: "show what profiling is on, and the times of tasks"},
			Level: core.Operator, Shown: "show profiling", Run: (*Call).showProfiling,
		},
	)
}

func (c *Call) setProfiling() {
	switch c.Arg(0) {
	case "memory":
		c.Fail("Memory profiling not compiled in.\n")
		return
	case "tasks":
	default:
		c.Fail("Expects either 'tasks' or 'memory'.\n")
		return
	}
	switch state := c.Arg(1); state {
	case "on", "off", "auto":
		c.process.SetProfiling(state)
	default:
		c.Fail("Expects 'on', 'auto', or 'off'.\n")
	}
}

func (c *Call) showProfiling() {
	status, tasks := true, true
	for _, word := range c.Args {
		switch word {
		case "all":
			status, tasks = true, true
		case "status":
			status, tasks = true, false
		case "tasks":
			status, tasks = false, true
		case "memory":
			status, tasks = false, false
		case "byaddr":
		default:
			if word == "" || word[0] < '0' || word[0] > '9' {
				c.Fail("Expects either 'all', 'status', 'tasks', 'memory', 'byaddr' or a max number of output lines.\n")
				return
			}
		}
	}
	if status {
		state := c.process.Profiling()
		if state == "auto" {
			state = "auto-off" // nothing turns it on by itself
		}
		c.Printf("Per-task CPU profiling              : %-14s# set profiling tasks {on|auto|off}\n"+
			"Memory usage profiling              : off           # set profiling memory {on|off}\n", state)
	}
	if !tasks {
		return
	}
	c.Printf("Tasks activity:\n  function                      calls   cpu_tot   cpu_avg   lat_tot   lat_avg\n")
	var sum conn.Usage
	for _, a := range conn.Activities() {
		sum.Calls += a.Profiled.Calls
		sum.CPU += a.Profiled.CPU
		sum.Latency += a.Profiled.Latency
	}
	if n := time.Duration(sum.Calls); n > 0 {
		// Tasks are not told apart by what they do.
		c.Printf("  %-25s%10d%10s%10s%10s%10s\n", "all tasks", sum.Calls, inUnits(sum.CPU), inUnits(sum.CPU/n), inUnits(sum.Latency), inUnits(sum.Latency/n))
	}
}
