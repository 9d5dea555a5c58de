package manual

import (
	"bytes"
	"strings"
	"testing"

	_ "gohap/runtime" // registers all keywords
)

// TestEveryKeyword finds each keyword by its name, with its documentation.
func TestEveryKeyword(t *testing.T) {
	for _, e := range Entries() {
		var out bytes.Buffer
		known, err := Describe(&out, e.Name)
		if err != nil || !known || !strings.Contains(out.String(), e.Doc) || !strings.Contains(out.String(), "\n    "+e.Syntax+"\n") {
			t.Errorf("%s %s: %v %v\n%s", e.Kind, e.Name, known, err, out.String())
		}
		if strings.TrimSpace(e.Where) == "" {
			t.Errorf("%s %s may stand nowhere", e.Kind, e.Name)
		}
	}
}

func TestDescribe(t *testing.T) {
	for name, want := range map[string]string{
		"http-request deny": "deny (action)",
		"httplog":           "option httplog [clf]",
		"no option httplog": "Where: defaults, frontend, listen, backend.",
		"req.hdr(host)":     "req.hdr[(<name>[,<occ>])] : str",
		"field":             "field(<index>,<delimiters>[,<count>]) : str",
		"server weight":     "weight <value>",
		"bind name":         "Where: bind lines.",
		"%ci":               "Where: log formats.",
		"-m beg":            "beg (match method)",
		"show stat":         "Manual: management.txt, section 9.3.",
		"reqadd":            "of older releases, read as what replaced it",
	} {
		var out bytes.Buffer
		if known, err := Describe(&out, name); err != nil || !known || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v %v\n%s", name, known, err, out.String())
		}
	}
	for name, want := range map[string]string{
		"timeout clent": "There is no keyword 'timeout clent'; did you mean 'timeout client' maybe ?\n",
		"ssl-provider":  "'ssl-provider' is a HAProxy keyword that gohap does not support yet.\n",
	} {
		var out bytes.Buffer
		if known, err := Describe(&out, name); err != nil || known || out.String() != want {
			t.Errorf("%s: %v %v %q", name, known, err, out.String())
		}
	}
}

// TestList looks for a keyword of each kind under its title, once.
func TestList(t *testing.T) {
	var out bytes.Buffer
	if err := List(&out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{"# directive\n", "\noption httplog\n", "# converter\n", "# command\n", "\nshow stat\n"} {
		if strings.Count("\n"+text, want) != 1 {
			t.Errorf("%q is there %d times", want, strings.Count("\n"+text, want))
		}
	}
}
