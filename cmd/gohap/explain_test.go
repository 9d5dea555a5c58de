package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gohap/runtime"
)

var update = flag.Bool("update", false, "rewrite the golden files of explain")

// settle replaces the parts of a log line that are not the same twice: the date
// and the timers that were running.
func settle(text string) string {
	text = regexp.MustCompile(`\[\d\d/\w+/\d{4}[^]]*\]`).ReplaceAllString(text, "[21/Nov/2026:12:00:00.000]")
	return regexp.MustCompile(`(?:-?\d+/){4}-?\d+ `).ReplaceAllStringFunc(text, func(timers string) string {
		return regexp.MustCompile(`(^|/)\d+`).ReplaceAllString(timers, "${1}0")
	})
}

// TestExplain explains requests to the configuration of testdata/explain and
// compares with what stands beside it.
func TestExplain(t *testing.T) {
	for name, args := range map[string]string{
		"cart":     "--url http://shop.example/cart/add --method POST --header Origin:https://www.shop.example --header Cookie:cart=72 --src 203.0.113.9",
		"blocked":  "--url http://shop.example/ --src 198.51.100.7",
		"moved":    "--url http://www.shop.example/basket",
		"account":  "--url http://www.shop.example/account --src 2001:db8::9",
		"api":      "--request testdata/explain/api.txt --response testdata/explain/teapot.txt --frontend shop",
		"internal": "--url http://shop.example/admin --src 203.0.113.9",
	} {
		t.Run(name, func(t *testing.T) {
			argv := []string{"gohap", "explain", "-f", "testdata/explain/shop.cfg"}
			for _, a := range strings.Fields(args) {
				argv = append(argv, strings.Replace(a, "testdata", filepath.Join("..", "..", "testdata"), 1))
			}
			argv[3] = filepath.Join("..", "..", argv[3])
			var out, errs bytes.Buffer
			if rc := runSubcommand(argv, &out, &errs); rc != 0 {
				t.Fatalf("exit %d: %s", rc, errs.String())
			}
			got := settle(out.String())
			golden := filepath.Join("..", "..", "testdata", "explain", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(string(want), "\n")
			for i, line := range strings.Split(got, "\n") {
				if i >= len(lines) || line != lines[i] {
					t.Fatalf("line %d of %s is\n%s", i+1, golden, line)
				}
			}
			if strings.Count(got, "\n") != len(lines)-1 {
				t.Errorf("%s ends early", golden)
			}
		})
	}
}

// TestExplainJSON reads the JSON form back.
func TestExplainJSON(t *testing.T) {
	var out, errs bytes.Buffer
	cfg := filepath.Join("..", "..", "testdata", "explain", "shop.cfg")
	if rc := runSubcommand([]string{"gohap", "explain", "-f", cfg, "--url", "/.git/config", "--header", "Host: shop.example", "--json"}, &out, &errs); rc != 0 {
		t.Fatalf("exit %d: %s", rc, errs.String())
	}
	var e runtime.Explanation
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	denied := false
	for _, m := range e.Rules {
		denied = denied || m.Applied && m.Result == "answered with 404" && strings.Contains(m.Text, "/.git") &&
			m.Or[0][0].Values[0].Steps[0] == `"/.git/config"`
	}
	if !denied || !strings.HasPrefix(e.Answer, "HTTP/1.1 404") || e.Backend != "" || e.Server != "" {
		t.Errorf("%s", out.String())
	}
}

// TestExplainErrors looks at command lines that do not describe a request.
func TestExplainErrors(t *testing.T) {
	cfg := filepath.Join("..", "..", "testdata", "explain", "shop.cfg")
	for args, want := range map[string]string{
		"-f /no/such/file":                "the configuration is wrong",
		"-f " + cfg + " --src x":          "--src",
		"-f " + cfg + " --header x":       "there is no colon",
		"-f " + cfg + " --request x":      "no such file",
		"-f " + cfg + " --frontend other": "there is no frontend 'other' with a bind line; there are: shop",
	} {
		var out, errs bytes.Buffer
		if rc := runSubcommand(append([]string{"gohap", "explain"}, strings.Fields(args)...), &out, &errs); rc != 1 || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit %d, %s", args, rc, errs.String())
		}
	}
}

// TestExplainInREADME looks for the lines of the README's example in what
// TestExplain compares with.
func TestExplainInREADME(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile(filepath.Join("..", "..", "testdata", "explain", "cart.golden"))
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(readme), "--header 'Origin: https://www.shop.example' --header 'Cookie: cart=72'\n")
	example, _, ok2 := strings.Cut(example, "\n`--request")
	if !ok || !ok2 {
		t.Fatal("the README has no example")
	}
	left := string(golden)
	for line := range strings.Lines(example) {
		line = strings.TrimPrefix(line, "    ")
		if line == "…\n" {
			continue
		}
		if _, left, ok = strings.Cut(left, line); !ok {
			t.Fatalf("explain does not print %q there", line)
		}
	}
}
