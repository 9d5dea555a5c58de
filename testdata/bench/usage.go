package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// family gives a process and its children.
func family(pid int) []int {
	all := []int{pid}
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, f := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(f); err == nil {
			all = append(all, family(child)...)
		}
	}
	return all
}

// cpuTime gives the CPU time that a process and its children have used, by their
// CPU clocks: /proc/PID/stat counts in hundredths of a second.
func cpuTime(pid int) (time.Duration, error) {
	var sum time.Duration
	for _, p := range family(pid) {
		var t unix.Timespec
		// How Linux numbers the CPU clock of a process, after clock_getcpuclockid(3).
		if err := unix.ClockGettime(int32(^p<<3|2), &t); err != nil {
			return 0, fmt.Errorf("CPU clock of %d: %w", p, err)
		}
		sum += time.Duration(t.Nano())
	}
	return sum, nil
}

// rss gives the resident memory of a process and its children in MB. What they
// share, which is what they have not written since they were forked, is counted
// once.
func rss(pid int) (float64, error) {
	var kb float64
	for i, p := range family(pid) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
		if err != nil {
			return 0, err
		}
		if i == 0 {
			kb += field(text, "VmRSS:")
			continue
		}
		if text, err = os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p)); err != nil {
			return 0, err
		}
		kb += field(text, "Private_Clean:") + field(text, "Private_Dirty:")
	}
	return kb / 1024, nil
}

// field gives a number of a file of /proc.
func field(text []byte, name string) float64 {
	for line := range bytes.Lines(text) {
		if v, ok := bytes.CutPrefix(line, []byte(name)); ok {
			if f := strings.Fields(string(v)); len(f) > 0 {
				return number(f[0])
			}
		}
	}
	return 0
}

// descriptors counts the open files of a process and its children.
func descriptors(pid int) (int, error) {
	n := 0
	for _, p := range family(pid) {
		all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p))
		if err != nil {
			return 0, err
		}
		n += len(all)
	}
	return n, nil
}

func number(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}
