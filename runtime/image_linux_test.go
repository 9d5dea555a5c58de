package runtime

import (
	"os"
	"strings"
	"testing"
)

// TestGiveBackImage holds that the program's pages are found and given back, and that
// it runs on: what is given back too much would be missing.
func TestGiveBackImage(t *testing.T) {
	all := imageSegments()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	if len(all) < 2 {
		t.Fatalf("found %d segments, not code and constants, in\n%s", len(all), maps)
	}
	before := rssFile(t)
	giveBackImage()
	if after := rssFile(t); after >= before*3/4 {
		t.Errorf("%d kB of files are mapped, before %d", after, before)
	}
	if again, _ := os.ReadFile("/proc/self/maps"); len(again) == 0 {
		t.Error("the program does not run on")
	}
}

// rssFile is how many kB of files the process has mapped.
func rssFile(t *testing.T) (kb int) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	_, rest, found := strings.Cut(string(b), "RssFile:")
	if !found {
		t.Skip("the system does not tell")
	}
	for _, c := range strings.TrimSpace(rest) {
		if c < '0' || c > '9' {
			break
		}
		kb = 10*kb + int(c-'0')
	}
	return kb
}
