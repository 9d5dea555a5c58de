package page

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gohap/stats/internal/example"
)

// grid returns the rows of a page's tables as texts of their cells, those that
// span several columns repeated, tooltips left out.
func grid(t *testing.T, page string) (rows [][]string) {
	t.Helper()
	page = regexp.MustCompile(`(?s)<style.*?</style>|<!DOCTYPE[^>]*>`).ReplaceAllString(page, "")
	page = regexp.MustCompile(`(?s)<div class="?tips"?>.*?</div>|<div class="box".*?</div>|<span class="brief".*?</span>`).ReplaceAllString(page, "")
	for _, row := range regexp.MustCompile(`(?s)<tr class="?(?:frontend|socket|listener|backend|active_\w+|backup_\w+|maintain|up|down|going-up|no-check|maint|drain)[^>]*>(.*?)</tr>`).FindAllStringSubmatch(page, -1) {
		var cells []string
		for _, cell := range regexp.MustCompile(`(?s)<t[dh]\b([^>]*)>(.*?)</t[dh]>`).FindAllStringSubmatch(row[1], -1) {
			n := 1
			if m := regexp.MustCompile(`colspan="?(\d+)`).FindStringSubmatch(cell[1]); m != nil {
				n, _ = strconv.Atoi(m[1])
			}
			text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell[2], "")
			text = strings.TrimSpace(unescape(t, text))
			for range n {
				cells = append(cells, text)
			}
		}
		if len(cells) > 20 {
			rows = append(rows, cells)
		}
	}
	return rows
}

func unescape(t *testing.T, s string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<a>" + s + "</a>"))
	d.Entity = map[string]string{"darr": "↓", "uarr": "↑", "nbsp": " "}
	var b strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if c, ok := token.(xml.CharData); ok {
			b.Write(c)
		}
	}
}

// TestCellsAreHAProxys compares the tables cell by cell.
func TestCellsAreHAProxys(t *testing.T) {
	_, snap, a := example.Start(t)
	body, _ := fetch(t, "http://"+a.Page+"/stats;scope=w;") // not its own frontend, which counts this
	v := View{Settings: Settings{URI: "/stats", ShowLegends: true}, Options: Options{Scope: "w"}, Source: snap, Admin: true}
	want, got := grid(t, body), grid(t, render(t, &v))
	if len(want) < 8 || len(got) != len(want) {
		t.Fatalf("%d rows, haproxy has %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if len(g) != len(w) {
			t.Errorf("row %q has %d cells, haproxy's %d", w[1], len(g), len(w))
			continue
		}
		for j := range w {
			if a, b := steady(g[j]), steady(w[j]); a != b {
				t.Errorf("row %q, cell %d: %q, haproxy has %q", w[1], j, g[j], w[j])
			}
		}
	}
}

// age is a time that passes between two looks.
var age = regexp.MustCompile(`\d+m?s\b`)

// steady takes off a cell what may differ: ages, and the arrow that haproxy
// appends to the status of any server that tracks another.
func steady(cell string) string {
	cell = strings.TrimPrefix(cell, "* ") // a check is running
	return strings.TrimSpace(strings.TrimSuffix(age.ReplaceAllString(cell, "0s"), "↓"))
}
