package certs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDoubts(t *testing.T) {
	dir := files(t)
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"whole": read("site.pem") + read("ca.pem"), "mixed": read("site.pem") + read("other-ca.pem"), "self": read("ca-key.pem"), "alone": read("site.pem"),
		"old": read("expired.pem") + read("ca.pem"), "new": read("future.pem") + read("ca.pem"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	year := 365 * 24 * time.Hour
	for _, c := range []struct {
		name string
		when time.Duration
		want string // in the only doubt
	}{
		{"whole", 0, ""}, {"self", 0, ""}, {"mixed", 0, "number 2 has not issued number 1."}, {"alone", 0, "only clients that have 'CN=Test CA' can verify it."},
		{"old", 0, "has expired on "}, {"new", 0, "is not valid before "}, {"whole", year - 24*time.Hour, "expires on "}, {"whole", year + time.Hour, "has expired on "},
	} {
		s := NewStore()
		slot, err := s.File(filepath.Join(dir, c.name))
		if err != nil {
			t.Fatal(err)
		}
		got := slot.Pair().Doubts(time.Now().Add(c.when))
		if want := min(len(c.want), 1); len(got) != want || want > 0 && (!strings.Contains(got[0], c.want) || !strings.Contains(got[0], slot.Name)) {
			t.Errorf("%s after %v: %q, want %q", c.name, c.when, got, c.want)
		}
	}
}
