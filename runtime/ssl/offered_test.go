package ssl

import (
	"os/exec"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"
)

func TestAppendOffered(t *testing.T) {
	var b []byte
	for _, id := range []uint16{0x0a0a, 0x5600, 0xc0ff, 0x1301, 0x00ff} {
		b = append(AppendOffered(b, id), ' ')
	}
	if want := "UNKNOWN(0a0a) TLS_FALLBACK_SCSV UNKNOWN(c0ff) TLS_AES_128_GCM_SHA256 TLS_EMPTY_RENEGOTIATION_INFO_SCSV "; string(b) != want {
		t.Errorf("%s", b)
	}
}

// TestOfferedOpenSSL compares the names with openssl's.
func TestOfferedOpenSSL(t *testing.T) {
	out, err := exec.Command(peer.Need(t, "openssl"), "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		w := strings.Fields(line)
		var id uint16
		for _, c := range strings.ReplaceAll(w[0], "0x", "") {
			if d := strings.IndexRune("0123456789ABCDEF", c); d >= 0 {
				id = id<<4 | uint16(d)
			}
		}
		if got := string(AppendOffered(nil, id)); got != w[2] {
			t.Errorf("%04x is %s, want %s", id, got, w[2])
		}
		n++
	}
	if n < 100 {
		t.Errorf("only %d suites", n)
	}
}
