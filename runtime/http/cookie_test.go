package http

import (
	"fmt"
	"strings"
	"testing"
)

func cookieText(c Cookies) string {
	var b strings.Builder
	for c.Next() {
		fmt.Fprintf(&b, "[%s=%s]", c.Name(), c.Value())
	}
	return b.String()
}

func TestCookies(t *testing.T) {
	for in, want := range map[string]string{
		"a=1; b=2; a=3":     "[a=1][b=2][a=3]",
		"a=1,b=2":           "[a=1][b=2]",
		"a = 1 ; b=2":       "[a=1][b=2]",
		"a":                 "",
		"a=;b":              "[a=]",
		`a="x;y"; b=1`:      `[a="x;y"][b=1]`,
		`a="1\";2"; B=3`:    `[a="1\";2"][B=3]`,
		"; a=1":             "[a=1]",
		";;a=1;;":           "[a=1]",
		"x=y a=1":           "[x=y a=1]",
		"a==1; b":           "[a==1]",
		"$Version=1; a=1":   "[a=1]",
		"=1; a=2":           "[=1][a=2]",
		"a=1; $Path=/; b=2": "[a=1][b=2]",
		`a="1`:              `[a="1]`,
		"":                  "",
	} {
		if got := cookieText(fields("x: y=z", "cookie: "+in, "cookie: last=1").Cookies()); got != want+"[last=1]" {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	f := fields("set-cookie: a=1; path=/", "x: y", "set-cookie: b", "set-cookie: c=3, d=4; expires=Tue, 15 Nov 1994")
	if got, want := cookieText(f.SetCookies()), "[a=1][c=3, d=4]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The expectations are what "cookie SRV insert indirect" forwards.
func TestCookiesDel(t *testing.T) {
	for in, want := range map[string]string{
		"SRV=s1":                  "-",
		"SRV=s1; a=1":             "a=1",
		"a=1; SRV=s1":             "a=1",
		"a=1; SRV=s1; b=2":        "a=1; b=2",
		"a=1;SRV=s1;b=2":          "a=1; b=2",
		"a=1 ; SRV = s1 ; b=2":    "a=1; b=2",
		"a=1, SRV=s1, b=2":        "a=1, b=2",
		"SRV=s1;SRV=s1;a=1":       "a=1",
		"; SRV=s1 ;; a=1":         "; a=1",
		"a=1;;SRV=s1":             "a=1;",
		"a=1; SRV=s1;":            "a=1; ",
		`a="SRV=s1; x"; SRV=s1`:   `a="SRV=s1; x"`,
		"$V=1; SRV=s1; $P=2; b=1": "$V=1; b=1",
	} {
		f := fields("cookie: "+in, "cookie: SRV=x", "cookie: c=3; SRV=1; d=4")
		for c := f.Cookies(); c.Next(); {
			if string(c.Name()) == "SRV" {
				c.Del()
			}
		}
		want := "cookie: " + want + "\ncookie: c=3; d=4\n"
		want = strings.TrimPrefix(want, "cookie: -\n")
		if got := text(f); got != want {
			t.Errorf("%q:\ngot\n%swant\n%s", in, got, want)
		}
	}
}

// The expectations are what "cookie SRV prefix" forwards.
func TestCookiesSetValue(t *testing.T) {
	f := fields("cookie: a=1 ; SRV = s1~long ; b=2", "cookie: SRV=s1~x")
	seen := ""
	for c := f.Cookies(); c.Next(); {
		seen += string(c.Name()) + " "
		if _, rest, ok := strings.Cut(string(c.Value()), "~"); ok {
			c.SetValue([]byte(rest))
		}
	}
	if got, want := text(f), "cookie: a=1 ; SRV=long ; b=2\ncookie: SRV=x\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if seen != "a SRV b SRV " {
		t.Errorf("the walk met %s", seen)
	}
}
