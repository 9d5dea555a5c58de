package section_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gohap/parser/diag"
	"gohap/runtime/internal/peer"
)

// sample is a line and the kind of section it stands in.
type sample struct{ kind, text string }

// TestMessagesHAProxy compares what HAProxy and gohap say of the lines in
// testdata/lines.txt, word by word, while they read them. HAProxy stops at some
// errors: then it is started again behind the line.
func TestMessagesHAProxy(t *testing.T) {
	haproxy := peer.Need(t, "haproxy")
	data, err := os.ReadFile("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rest []sample
	for line := range strings.Lines(string(data)) {
		kind, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		rest = append(rest, sample{kind, text})
	}
	work := make(chan []sample)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for part := range work {
				for len(part) > 0 {
					part = part[compare(t, haproxy, part):]
				}
			}
		})
	}
	for part := range slices.Chunk(rest, 40) {
		work <- part
	}
	close(work)
	wait.Wait()
}

// compare compares the messages about lines up to the last one that HAProxy has
// something to say of, and returns how many that were.
func compare(t *testing.T, haproxy string, lines []sample) int {
	config := sections(lines)
	file := peer.File(t, "haproxy.cfg", config)
	out, _ := exec.Command(haproxy, "-c", "-f", file).CombinedOutput()
	theirs := byLine(strings.Split(strings.ReplaceAll(string(out), file, "test.cfg"), "\n"))
	ours := byLine(ourMessages(config))
	last := 1
	for at := range theirs {
		last = max(last, (at-before)/perLine)
	}
	if len(theirs) == 0 && len(ours) == 0 {
		return len(lines)
	}
	last = min(last, len(lines))
	for i := range last {
		at := before + perLine*(i+1)
		if text := lines[i].text; !slices.Equal(theirs[at], ours[at]) && !excused(text, ours[at]) {
			t.Errorf("%s: %s\n\thaproxy: %s\n\tgohap:   %s", lines[i].kind, text,
				strings.Join(theirs[at], "\n\t         "), strings.Join(ours[at], "\n\t         "))
		}
	}
	return last
}

// before is how many lines stand in front of the first section, perLine how
// many a section has, the line in question last.
const before, perLine = 7, 3

// sections puts each line into a section of its own.
func sections(lines []sample) string {
	var b strings.Builder
	b.WriteString("global\n    log 127.0.0.1 local0\ndefaults named\n    mode http\n    timeout connect 5s\n    timeout client 5s\n    timeout server 5s\n")
	for n, l := range lines {
		switch l.kind {
		case "defaults":
			fmt.Fprintf(&b, "defaults d%d\n    mode http\n    %s\n", n, l.text)
		case "frontend":
			fmt.Fprintf(&b, "frontend f%d from named\n    bind 127.0.0.1:8080\n    %s\n", n, l.text)
		default:
			fmt.Fprintf(&b, "backend b%d from named\n    server s1 127.0.0.1:80\n    %s\n", n, l.text)
		}
	}
	return b.String()
}

// excused tells differences that are meant: what gohap lacks, what it upgrades,
// what only one of both looks at while reading.
func excused(text string, ours []string) bool {
	for _, m := range ours {
		if strings.Contains(m, "gohap does not support yet") {
			return true
		}
	}
	for _, d := range differences {
		if strings.HasPrefix(text, d) {
			return true
		}
	}
	return false
}

// differences are starts of lines that are answered differently, on purpose.
var differences = []string{
	// Upgraded instead of refused.
	"block", "redispatch", "monitor-net", "grace", "clitimeout", "srvtimeout", "contimeout", "option forceclose", "option http-use-htx",
	"option http-tunnel", "no option http-use-htx", "reqadd X",
	// The regular expression library words it otherwise.
	"http-check expect rstatus (", "http-check expect rstring (",
	// HAProxy takes what means nothing, or says less than it could.
	"bind-process", "server t1 sockpair@3", "server t1 1.2.3.4:80 slowstart", "server t1 1.2.3.4:80 proto none",
	// HAProxy has it since 3.0.
	"hash-preserve-affinity",
	// An alert that does not make HAProxy refuse the file is a warning here.
	"default-server id 5",
	// An older name within "timeout", another guess at what was meant.
	"timeout clitimeout", "option ignore-persist",
}

var place = regexp.MustCompile(`\[test\.cfg:(\d+)\]`)

// byLine sorts messages by the line that they are about.
func byLine(messages []string) map[int][]string {
	lines := map[int][]string{}
	for _, m := range messages {
		level, rest, ok := strings.Cut(m, " : ")
		if !ok || !strings.HasPrefix(level, "[ALERT]") && !strings.HasPrefix(level, "[WARNING]") {
			continue
		}
		at := place.FindStringSubmatch(rest)
		if at == nil {
			continue
		}
		n, _ := strconv.Atoi(at[1])
		level, _, _ = strings.Cut(level, "]")
		lines[n] = append(lines[n], level+"] "+strings.TrimRight(rest, " "))
	}
	return lines
}

// ourMessages are the first lines of what gohap says. HAProxy looks at formats
// only when all is read, so what is said of them does not count here.
func ourMessages(config string) []string {
	_, list := read(config, false)
	var all []string
	for i := range list.All {
		d := &list.All[i]
		if d.Severity != diag.Diag && !strings.HasPrefix(d.Message, "config : Parsing") {
			first, _, _ := strings.Cut(d.Message, "\n")
			all = append(all, "["+d.Severity.String()+"] : "+first)
		}
	}
	return all
}
