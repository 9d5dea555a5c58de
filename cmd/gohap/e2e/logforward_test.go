package e2e

import (
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// forwardFormats are those of the targets; "" keeps that of the message.
var forwardFormats = []string{"", "rfc3164", "rfc5424", "priority", "short", "timed", "iso", "raw", "local"}

// forwarded are messages of all forms, right and wrong.
var forwarded = []string{
	"<13>Nov 28 10:11:12 myhost prog[42]: hello world", "<13>1 2026-11-28T10:11:12.123456+01:00 myhost prog 42 ID47 [a@1 b=\"c\"] hello world",
	"<13>1 2026-11-28T10:11:12Z - - - - - hello world\n", "<13>hello world", "hello world", "<13>Nov  8 10:11:12 hello world",
	"<13>Nov 28 10:11:12 prog[42]: no host", "<998>x", "<13>", "", "<13>Nov 28 10:11:12 myhost prog: without pid",
	"<13>1 2026-11-28T10:11:12Z h a p m - \xef\xbb\xbfbom", "<165>Nov 28 10:11:12 myhost prog[42]: hello\nworld\n",
	"<13>1 2026-11-28T10:11:12Z - prog 42 - - x", "<13>1 2026-11-08T10:11:12Z host - - - - x", "<13>1 2026-11-28T10:11:12Z - - 42 - - x",
	"<13>1 2026-11-28T10:11:12Z - - - ID - x", "<13>1 2026-11-28T10:11:12Z - - - - [a b=\"\\]\"][c] x", "<13>1 2026-11-28T10:11:12Z - - - - [a b=\"c]\\]\"] x",
	"<13>1 - host prog 42 - - x", "<13>1 2026-11-28 host prog 42 - - x", "<13>Nov 28 10:11:12 host tag[42] no colon", "<13>Nov 28 10:11:12 host tag no colon",
	"<13>Nov 28 10:11:12 host tag[42]:nospace", "<13>Nov 28 10:11:12 host :x y", "<13> Nov 28 10:11:12 host a: b", "<13>2026-11-28T10:11:12Z host a: b",
	"<13>Xyz 28 10:11:12 host a: b", "<a>b", "<13 b", "<13>1 2026-11-28T10:11:12Z host prog 42 ID", "<13>Nov 28 10:11:12", "<13>Nov 28 10:11:12 host",
	"<13>Nov 28 10:11:12 host t:", "<13>Nov 28 10:11:12 host t: ", "<13>Nov 28 99:11:12 host t: x", "<13>1 2026-11-28T10:11:12Z host prog 42 ID - ",
	"<13>1 2026-11-28T10:11:12Z host prog 42 ID -", "<00013>x", "x\x00y\r\n", "<13>Nov 28 10:11:12 host tag[4 2]: x", "<13>Nov 28 10:11:12 host tag[42]x: y",
	"<13>Nov 28 10:11:12  host tag: y", "<13>" + strings.Repeat("long ", 1000), "<13>Nov 28 10:11:12 host " + strings.Repeat("t", 1100) + ": x",
}

// streams are what clients say over TCP.
var streams = []string{
	"<13>one\n<13>two\n", "7 <13>six9 <13>seven", "6 <13>a\n3 abc", "<13>three\r\n<14>four\n<13>no end", "abc\n", "05 <13>a", "7 <13>six\n<13>x\n", "999999 x",
	"<15>below the level\n<13>above\n",
}

var forwardNow = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d`)

// TestLogForward sends messages through HAProxy and gohap to targets of all
// formats.
func TestLogForward(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	today := time.Now().Format("Jan _2 ")
	play := func(bin string) string {
		var cfg strings.Builder
		dir := publicDir(t)
		fmt.Fprintf(&cfg, "global\n    stats socket %s level admin\n", filepath.Join(dir, "cli"))
		var sinks []*syslogSink
		var in []string
		for i, format := range forwardFormats {
			sinks, in = append(sinks, newSyslogSink(t)), append(in, freeAddr(t))
			if format != "" {
				format = "format " + format
			}
			fmt.Fprintf(&cfg, "log-forward f%d\n    dgram-bind %s\n    log %s %s local3 info\n", i, in[i], sinks[i].addr, format)
			if i == 0 {
				fmt.Fprintf(&cfg, "    bind %s\n    timeout client 10s\n", in[i])
			}
		}
		p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), cfg.String()))
		// Who answers commands has opened all sockets, those for datagrams, too.
		eventually(t, 10*time.Second, bin+" is up", func() bool {
			_, err := cliCommand(filepath.Join(dir, "cli"), "show info")
			return err == nil || !p.running()
		})
		for i, addr := range in {
			c, err := net.Dial("udp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for n, text := range forwarded {
				if _, err := c.Write([]byte(text)); err != nil {
					t.Fatal(err)
				}
				if _, ok := sinks[i].await(10*time.Second, func(all []string) bool { return len(all) > n }); !ok {
					t.Fatalf("%s: no message of %q", bin, text)
				}
			}
		}
		for n, text := range streams {
			c, err := net.Dial("tcp", in[0])
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(c, text)
			c.(*net.TCPConn).CloseWrite()
			c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			c.Read(make([]byte, 1)) // its end, where what was said is no message
			c.Close()
			mark, err := net.Dial("udp", in[0])
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(mark, "<13>end of stream %d", n)
			mark.Close()
			end := fmt.Sprintf("end of stream %d", n)
			if _, ok := sinks[0].await(10*time.Second, func(all []string) bool { return strings.Contains(all[len(all)-1], end) }); !ok {
				t.Fatalf("%s: %s does not come", bin, end)
			}
		}
		var b strings.Builder
		for i, s := range sinks {
			fmt.Fprintf(&b, "format %q:\n", forwardFormats[i])
			lines, _ := s.await(0, func([]string) bool { return true })
			for _, line := range lines {
				line = forwardNow.ReplaceAllStringFunc(line, func(date string) string {
					if strings.Contains(date, ".123456+01:00") {
						return date
					}
					return "NOW"
				})
				if at := strings.Index(line, today); at >= 0 && at < 8 && !strings.Contains(line[at:min(at+16, len(line))], ":11:12") {
					line = line[:at] + "NOW" + line[at+len("Nov 28 10:11:12"):]
				}
				fmt.Fprintf(&b, "  %q\n", line)
			}
		}
		return b.String()
	}
	want, got := play(ref), play(bin)
	if want != got {
		t.Error(lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")))
	}
}
