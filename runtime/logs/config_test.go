package logs

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
)

// lines are `log` lines behind their address.
var lines = []string{
	"local0", "kern", "local7 info", "local7 info err", "daemon debug emerg", "cron2 emerg debug",
	"len 80 local0", "len 65535 local0", "len 080 local0", "len +90 local0", "len 90x local0", "len 4294967396 local0",
	"format raw local0", "len 99 format raw sample 1:3 local0", "format raw sample 1-2,4:5 user notice",
	"sample 3,1:4 local0", "sample 1,:3 local0", "sample 5,1-2,4-6:9 local0", "sample 01:3 local0",
	"sample 1:999999999999 local0", "sample 2147483648:2147483648 local0",
	// Mistakes.
	"local9", "LOCAL0", "local0 foo", "local0 warn", "local0 error", "local0 WARNING", "local0 info foo",
	"local0 info notice x", "local0 len 100", "local0 info len 100",
	"len 79 local0", "len 65536 local0", "len x local0", "len", "len 1e3 local0", "len -5 local0",
	"len 99999999999 local0", "len 100", "len 100 len 200 local0",
	"format foo local0", "format", "format raw", "format RAW local0", "format raw len 80 local0",
	"format rfc3164 format raw local0", "len 99 sample 1:3 format raw local0", "sample 1:2 sample 1:3 local0",
	"sample", "sample 1:0 local0", "sample 0:3 local0", "sample 4:3 local0", "sample 1,1:3 local0",
	"sample 3-1:3 local0", "sample 2-2:3 local0", "sample a:3 local0", "sample 1 local0", "sample 1: local0",
	"sample 1-2,2-3:4 local0", "sample 1-2,3-9,2-5:9 local0", "sample 1-:3 local0", "sample -1:3 local0",
	"sample ,:3 local0", "sample ,1:3 local0", "sample 1,,2:3 local0", "sample :3 local0",
	"sample 1x:3 local0", "sample 1-2x:3 local0", "sample 1-a:3 local0", "sample 1-2-3:4 local0",
	"sample 1-2,a,3:4 local0", "sample 1,0,2:4 local0", "sample 1,2, local0", "sample 1:3x local0",
	"sample 1:2:3 local0", "sample 1:4294967296 local0", "sample 1:-1 local0", "sample +1:3 local0",
	"sample 1:3, local0", "sample 00:3 local0",
}

// TestConfigAsHAProxy compares the verdict on each line, and its words.
func TestConfigAsHAProxy(t *testing.T) {
	haproxy := peer.Need(t, "haproxy")
	mistakes := 0
	// haproxy stops reading after some tens of errors.
	for batch := range slices.Chunk(lines, 30) {
		var cfg strings.Builder
		cfg.WriteString("global\n")
		for _, line := range batch {
			fmt.Fprintf(&cfg, "    log 127.0.0.1:514 %s\n", line)
		}
		cfg.WriteString("listen a\n    bind 127.0.0.1:1\n")
		_, _, stderr := peer.Check(t, haproxy, cfg.String())
		theirs := map[string]string{}
		for _, m := range complaint.FindAllStringSubmatch(stderr, -1) {
			theirs[m[1]] = m[2]
		}
		mistakes += len(theirs)
		for i, line := range batch {
			ours := ""
			if _, err := ParseConfig(strings.Fields(line)); err != nil {
				ours = err.Error()
			}
			if want := theirs[fmt.Sprint(i+2)]; ours != want {
				t.Errorf("%q\nhaproxy: %s\ngohap:   %s", line, want, ours)
			}
		}
	}
	if mistakes < 40 {
		t.Errorf("haproxy complains of %d lines only", mistakes)
	}
}

var complaint = regexp.MustCompile(`parsing \[[^\]]*:(\d+)\] : log : (.*)`)

func TestConfigMeaning(t *testing.T) {
	for line, want := range map[string]Config{
		"local0":                  {Len: 1024, Facility: Local0, Max: Debug},
		"len 2000 format iso ftp": {Len: 2000, Format: ISO, Facility: 11, Max: Debug},
		"cron notice warning":     {Len: 1024, Facility: 9, Max: Notice, Min: Warning},
	} {
		got, err := ParseConfig(strings.Fields(line))
		if err != nil || got.Len != want.Len || got.Format != want.Format || got.Facility != want.Facility ||
			got.Max != want.Max || got.Min != want.Min || !got.Sample.All() {
			t.Errorf("%q: %+v, %v", line, got, err)
		}
	}
}

func TestConfigErrorTellsTheWord(t *testing.T) {
	for line, want := range map[string]int{
		"local9": 0, "local0 foo": 1, "len 100 format foo local0": 3, "local0 info notice x": 3, "len": 0, "": 0,
	} {
		var mistake *WordError
		if _, err := ParseConfig(strings.Fields(line)); !errors.As(err, &mistake) || mistake.Word != want {
			t.Errorf("%q: %+v", line, mistake)
		}
	}
}

func TestSamplePicks(t *testing.T) {
	for text, want := range map[string]string{
		"1:1":     "0123456789",
		"1:3":     "0369",
		"2-3:3":   "124578",
		"1,3-4:5": "023578",
		"5:5":     "49",
	} {
		s, err := ParseSample(text)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for n := range uint64(10) {
			if s.Picks(n) {
				got += fmt.Sprint(n)
			}
		}
		if got != want {
			t.Errorf("%s picks %s, not %s", text, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range LevelNames() {
		if l, ok := ParseLevel(name); !ok || l.String() != name {
			t.Errorf("level %s is %s", name, l)
		}
	}
	for i, name := range FacilityNames() {
		if f, ok := ParseFacility(name); !ok || f.String() != name || int(f) != i {
			t.Errorf("facility %s is %s", name, f)
		}
	}
	for _, name := range FormatNames() {
		if f, ok := ParseFormat(name); !ok || f.String() != name {
			t.Errorf("format %s is %s", name, f)
		}
	}
	if _, ok := ParseFormat(""); ok {
		t.Error("the empty word is a format")
	}
}
