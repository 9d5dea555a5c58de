package ssl

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
)

// TestCiphersOpenSSL compares what lists select, and in which order, with
// openssl, as far as crypto/tls has the suites.
func TestCiphersOpenSSL(t *testing.T) {
	openssl := peer.Need(t, "openssl")
	for _, list := range []string{
		"ECDH+AESGCM:!aNULL", "HIGH", "ALL", "kEECDH", "EECDH+AESGCM:EDH+AESGCM", "HIGH:!aNULL:!MD5", "AES256+EECDH", "ECDHE-RSA-AES128-GCM-SHA256",
		"ECDHE+CHACHA20:ECDHE+AES128:RSA+AES128:ECDHE+AES256:RSA+AES256:!MD5", "aRSA:-AESGCM", "HIGH:+AES128", "kRSA", "ECDSA", "!SHA:ALL", "ALL:!SHA256",
		"ECDHE-ECDSA-AES128-GCM-SHA256:FOO:AES128-SHA", "TLSv1.2+aECDSA",
	} {
		out, err := exec.Command(openssl, "ciphers", "-s", "-tls1_2", list+":@SECLEVEL=0").Output()
		if err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		var want []string
		for name := range strings.SplitSeq(strings.TrimSpace(string(out)), ":") {
			if slices.ContainsFunc(suites, func(s suite) bool { return s.name == name }) {
				want = append(want, name)
			}
		}
		ids, _, err := Ciphers(list)
		if err != nil {
			t.Errorf("%s: %v, want %v", list, err, want)
			continue
		}
		var got []string
		for _, id := range ids {
			got = append(got, CipherName(id))
		}
		// crypto/tls has an order of its own.
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", list, got, want)
		}
	}
}

func TestCiphersNone(t *testing.T) {
	for _, list := range []string{"FOO", "!aNULL", "DHE-RSA-AES128-SHA", ""} {
		if ids, _, err := Ciphers(list); err == nil {
			t.Errorf("%q selects %v", list, ids)
		}
	}
	if ids, _, err := Ciphers("PROFILE=SYSTEM"); err != nil || len(ids) != len(suites) {
		t.Error(ids, err)
	}
	if _, unknown, _ := Ciphers("ECDHE+AESGCM:DHE+AESGCM:!DSS"); !slices.Equal(unknown, []string{"DHE+AESGCM"}) {
		t.Error(unknown)
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		v         Versions
		low, high uint16
		ok        bool
	}{
		{Versions{}, 0x303, 0x304, true},
		{Versions{Min: 0x301}, 0x301, 0x304, true},
		{Versions{Min: SSLv3}, 0x301, 0x304, true},
		{Versions{Max: 0x302}, 0x302, 0x302, true},
		{Versions{Min: 0x304, Max: 0x303}, 0, 0, false},
		{Versions{Min: SSLv3, Max: SSLv3}, 0, 0, false},
		{Versions{Off: 1 << 3}, 0x304, 0x304, true},
		{Versions{Off: 1 << 4}, 0x303, 0x303, true},
		{Versions{Off: 3 << 3}, 0, 0, false},
		{Versions{Min: 0x303, Off: 1 << 3}, 0x303, 0x304, true},
	} {
		low, high, _, _, ok := c.v.Range()
		if ok != c.ok || ok && (low != c.low || high != c.high) {
			t.Errorf("%+v: %x to %x, %v", c.v, low, high, ok)
		}
	}
}
